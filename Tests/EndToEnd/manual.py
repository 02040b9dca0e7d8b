"""The manual page, made of the command tree that the program shows (`docs.py --write`): Deploy/kinglet.1, in man(7)."""
import re

HEAD = """.\\" Made by Tests/EndToEnd/docs.py --write
.TH KINGLET 1 "" "Kinglet" "User Commands"
.SH NAME
kinglet \\- {abstract}
.SH SYNOPSIS
.B kinglet
.I verb
.RI [ options ]
.SH DESCRIPTION
{about}
.SH VERBS
"""
TAIL = """.SH ENVIRONMENT
.TP
.B KINGLET_SECTION_KEY
A setting, as in KINGLET_SERVER_PORT for server.port; flags go first, then these, then the file.
.TP
.BR KINGLET_API_KEY ", " KINGLET_API_KEY_NAME
Keys of clients.
.TP
.B KINGLET_ISA
The vector instructions to compute with: scalar, neon, avx2, avx512.
.TP
.BR OTEL_EXPORTER_OTLP_ENDPOINT ", " OTEL_EXPORTER_OTLP_HEADERS ", " OTEL_SERVICE_NAME
Where traces and metrics are sent.
.SH FILES
.TP
.I Config/kinglet.yaml
Settings, here or above the program; else
.IR /etc/kinglet/kinglet.yaml .
.TP
.I ~/.cache/kinglet
Fetched models.
.SH EXIT STATUS
0; 1 where something failed, with one line on standard error; 64 for wrong options. Of
.B kinglet evaluate diff
1: the second run is worse; 2: something failed.
"""


def escape(text):
    """Text as roff takes it: no line begins with a control character, no dash becomes a hyphen."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...").replace("“", '"').replace("”", '"')
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def option(written, about, default):
    note = f"{about} (default: {default})" if default not in (None, "") else about
    return [".TP", f".B {escape(written)}", escape(note) or "\\&"]


def verb(path, command, rows):
    lines = [f".SS kinglet {escape(' '.join(path))}", escape(command.get("abstract", ""))]
    discussion = command.get("discussion", "")
    text, _, examples = discussion.partition("EXAMPLES\n")
    for paragraph in filter(None, (p.strip() for p in text.split("\n\n"))):
        lines += [".PP", escape(paragraph)]
    for written, _, about, default in rows:
        lines += option(written, about, default)
    if examples:
        shown = [escape(line[2:] if line.startswith("  ") else line) for line in examples.rstrip().split("\n")]
        lines += [".PP", "Examples:", ".PP", ".EX", *shown, ".EE"]
    return lines


def page(commands, options, is_common):
    """Every verb with its options; those that all verbs have are left out."""
    root = commands[()]
    lines = []
    for path, command in commands.items():
        rows = [row for row in options(command) if not is_common(row)]
        if path and (rows or not command.get("subcommands")):
            lines += verb(path, command, rows)
    abstract = root["abstract"].rstrip(".")
    about = "Settings, routes and formats are described in the pages of the project's Docs. kinglet help VERB says the same as this page."
    return HEAD.format(abstract=escape(abstract[0].lower() + abstract[1:]), about=escape(about)) + "\n".join(lines) + "\n" + TAIL
