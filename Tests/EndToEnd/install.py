#!/usr/bin/env python3
"""`make install` into a folder: the program and what it says it is, the manual page, completions that complete."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from serving import check, parser, run

ROOT = pathlib.Path(__file__).parents[2]


def output(*command, **options):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    check(done.returncode == 0, f"{' '.join(map(str, command))}: {done.stderr or done.stdout}")
    return done.stdout


def version(kinglet):
    said = output(kinglet, "--version").strip()
    found = re.fullmatch(r"(\d+\.\d+\.\d+) \(commit ([0-9a-f]{12}|unknown), Swift [\d.]+(?: or later)?, (x86_64|arm64), "
                         r"(release|debug)\), computing with (scalar|neon|avx2|avx512) of ([\w, ]+)", said)
    check(found, f"--version says {said!r}")
    check(found[5] in found[6].split(", "), f"--version says {said!r}")
    forced = output(kinglet, "--version", env={**os.environ, "KINGLET_ISA": "scalar"})
    check("computing with scalar of" in forced, f"with KINGLET_ISA=scalar it says {forced!r}")


def manual(page):
    shown = output("man", "--warnings=w", "-l", page, env={**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8", "MANPAGER": "cat"})
    for words in ("NAME", "kinglet serve", "--config", "kinglet evaluate calls", "ENVIRONMENT", "KINGLET_ISA"):
        check(words in shown, f"the manual page lacks {words!r}")


def completions(folder):
    """bash offers what follows; the others are read by their shells where they are here."""
    script = folder / "share/bash-completion/completions/kinglet"
    def complete(*words):
        asked = f"""
            source {script}
            COMP_WORDS=({' '.join(repr(w) for w in words)}); COMP_CWORD={len(words) - 1}
            COMP_LINE="{' '.join(words)}"; COMP_POINT=${{#COMP_LINE}}
            function=$(complete -p kinglet | sed 's/.*-F \\([^ ]*\\).*/\\1/')
            $function kinglet "{words[-1]}" "{words[-2]}"
            printf '%s\\n' "${{COMPREPLY[@]}}"
        """
        return output("bash", "-c", asked).split()
    check({"evaluate", "embed", "export"} <= set(complete("kinglet", "e")), f"e: {complete('kinglet', 'e')}")
    check("calls" in complete("kinglet", "evaluate", "c"), f"evaluate c: {complete('kinglet', 'evaluate', 'c')}")
    check("--config" in complete("kinglet", "serve", "--c"), f"serve --c: {complete('kinglet', 'serve', '--c')}")
    for shell, path in (("zsh", "share/zsh/site-functions/_kinglet"), ("fish", "share/fish/vendor_completions.d/kinglet.fish")):
        check((folder / path).stat().st_size > 10_000, f"{path} is short")
        if shutil.which(shell):
            output(shell, "-n", folder / path)


def queries(kinglet, folder):
    """A load test far from any checkout: one line with the remedy; with Config above the program the shipped queries are found."""
    if pathlib.Path("/etc/kinglet/load").exists():
        print("SKIPPED: queries of load tests: there is /etc/kinglet/load here")
        return
    def said():
        done = subprocess.run([kinglet, "load", "--url", "http://127.0.0.1:1", "--cc", "1", "--seconds", "0.2"],
                              cwd=folder, capture_output=True, text=True)
        check(done.returncode == 1 and len(done.stderr.splitlines()) == 1, f"load says {done.stdout} {done.stderr}")
        return done.stderr
    check("--queries" in said() and "name a file" in said(), f"without queries load says {said()}")
    shutil.copytree(ROOT / "Config/load", folder / "Config/load")
    check("no good answer" in said() or "no server answers" in said(), f"with queries above the program load says {said()}")


def main():
    arguments = parser(__doc__).parse_args()
    kinglet = pathlib.Path(arguments.kinglet or ROOT / ".build/release/kinglet").absolute()
    with tempfile.TemporaryDirectory() as name:
        # -o: what is built is taken as it is.
        output("make", "-o", "build", "install", f"DESTDIR={name}", f"KINGLET={kinglet}", cwd=ROOT)
        folder = pathlib.Path(name) / "usr/local"
        version(folder / "bin/kinglet")
        check((pathlib.Path(name) / "etc/kinglet/kinglet.yaml").exists(), "no settings in /etc/kinglet")
        if shutil.which("man"):
            manual(folder / "share/man/man1/kinglet.1")
        else:
            print("SKIPPED: man is not here")
        completions(folder)
        queries(folder / "bin/kinglet", pathlib.Path(name))
        kept = pathlib.Path(name) / "etc/kinglet/kinglet.yaml"
        kept.write_text("server: {port: 9}\n")
        output("make", "-o", "build", "install", f"DESTDIR={name}", f"KINGLET={kinglet}", cwd=ROOT)
        check("port: 9" in kept.read_text(), "settings that were there are overwritten")
    print("installed: version, manual page, completions and settings as they should be")


run(main)
