"""What a person does on the console, step by step; each step is named for what must hold."""
import json
import pathlib

from accessibility import faults, tab_through
from serving import check, request

VIEWS = ("ask", "pools", "knowledge", "adapters", "labels", "evaluations", "live")
# A name that would be an element, were it ever read as markup.
MARKUP = "<img src=x onerror=window.broken=1>"


def fill(page, selector, text, event="input"):
    page.evaluate(f"const e = document.querySelector({json.dumps(selector)}); e.value = {json.dumps(text)};"
                  f"e.dispatchEvent(new Event('{event}', {{bubbles: true}}));")


def click(page, text, within="document"):
    """The button of that text that is shown."""
    found = page.evaluate(f"const b = [...{within}.querySelectorAll('button')].find(b => b.checkVisibility() && "
                          f"b.textContent.trim() === {json.dumps(text)}); if (b) {{ b.focus(); b.click(); }} return Boolean(b);")
    check(found, f"there is no button {text!r}")


def go(page, view):
    page.evaluate(f"document.querySelector('nav a[href=\"#{view}\"]').click();")
    page.wait(f"!document.getElementById('view-{view}').hidden", f"{view} is not shown")


def text_of(page, selector):
    return page.evaluate(f"return document.querySelector({json.dumps(selector)})?.innerText;")


def asks_by_keyboard(page):
    """Query, Ctrl and Enter, and all that explains the answer."""
    fill(page, "#query", "")
    page.evaluate("document.getElementById('query').focus();")
    page.type("a bit warmer in the bedroom please")
    page.press("Enter", modifiers=2)
    page.wait("document.querySelector('#answer .outcome, #answer .bad')", "no answer")
    seen = text_of(page, "#answer")
    for word in ("climate", "Legacy frame", "Changed by rules", "Candidates", "Knowledge", "Time", "prefill", "prompt tokens",
                 "Prompt", "Tokens", "Whole answer"):
        check(word in seen, f"{word!r} is not in the answer: {seen}")
    page.evaluate("for (const d of document.querySelectorAll('#answer details')) d.open = true;")
    check("<|im_start|>" in text_of(page, "#answer"), "the prompt is not shown")
    widths = page.evaluate("return [...document.querySelectorAll('.fall i')].map(i => parseFloat(i.style.width));")
    check(len(widths) == 5 and 95 < sum(widths) < 105, f"the stages do not make up the whole: {widths}")


def says_what_is_wrong(page):
    fill(page, "#history", "nobody said this")
    click(page, "Call")
    page.wait("document.querySelector('#answer .bad')", "no refusal")
    check("line 1" in text_of(page, "#answer"), text_of(page, "#answer"))
    fill(page, "#history", "user: turn on the heating in the bedroom")
    fill(page, "#time", "half past nine")
    click(page, "Call")
    page.wait("document.querySelector('#answer .bad')?.textContent.includes('400')", "no refusal by the server")
    fill(page, "#time", "2026-11-30T18:30:00")
    click(page, "Call")
    page.wait("document.querySelector('#answer .outcome')", "no answer to the mended request")


def judges(page):
    click(page, "Judge it")
    page.wait("document.querySelector('#answer [role=status] .good, #answer [role=status] .bad')", "no verdict")
    seen = text_of(page, "#answer")
    check("Judge" in seen and "confidence" in seen, seen)


def labels(page):
    """One right, one wrong with the right answer, one wrong without; the lines are as in Tests/Requests."""
    click(page, "Right", "document.getElementById('answer')")
    page.wait("document.getElementById('labels-count').textContent === '(1)'", "not kept")
    for outcome, calls in (("call", '[{"function": "lock_lock_door", "parameters": {"door": "front"}}]'), ("", "")):
        click(page, "Wrong", "document.getElementById('answer')")
        fill(page, "#answer form select", outcome, "change")
        if calls:
            fill(page, "#answer form textarea", "[{}]")
            click(page, "Keep")
            check("number 1" in text_of(page, "#answer form [role=status]"), "a call without a function is kept")
            fill(page, "#answer form textarea", calls)
        click(page, "Keep")
    page.wait("document.getElementById('labels-count').textContent === '(3)'", "not kept")
    page.open(page.evaluate("return location.href;"))
    page.wait("document.getElementById('labels-count').textContent === '(3)'", "the labels are gone with the page")
    go(page, "labels")
    check(page.evaluate("return document.querySelectorAll('#labels-list tbody tr').length;") == 3, "not three labels")
    lines = page.evaluate("return samples().map(spaced);")
    check(len(lines) == 2, "a label without a right answer is a sample")
    set_of_tests = pathlib.Path(__file__).parents[1] / "Requests" / "smart-home.jsonl"
    model = json.loads(set_of_tests.open(encoding="utf-8").readline())
    for line in lines:
        sample = json.loads(line)
        check(list(sample) == list(model), f"{list(sample)}, not {list(model)}")
        check(line == json.dumps(sample, ensure_ascii=False), f"not written as the sets are: {line}")
        for name, value in model.items():
            check(type(sample[name]) is type(value), f"{name}: {sample[name]!r}")
        check(sample["pool"] == model["pool"] and sample["language"] == "en", line)
        check(sample["context"] == {"time": "2026-11-30T18:30:00"}, line)
        check(sample["history"] == [{"role": "user", "content": "turn on the heating in the bedroom"}], line)
    check(json.loads(lines[1])["expected"][0]["function"] == "lock_lock_door", lines[1])
    answers = page.evaluate("return samples(true);")
    check([a["label"] for a in answers] == [1, 0, 0] and "reference" not in answers[2], f"{answers}")
    click(page, "Download for evaluation")
    check("2 lines in requests.jsonl; 1 left out" in text_of(page, "#labels-status"), text_of(page, "#labels-status"))
    return lines


def deletes_labels(page):
    """After a question, which Escape answers with no."""
    click(page, "Delete all")
    page.wait("document.getElementById('sure-dialog').open", "deleted without a question")
    page.press("Escape")
    page.wait("!document.getElementById('sure-dialog').open", "Escape does not close")
    check(text_of(page, "#labels-count") == "(3)", "Escape deleted")
    click(page, "Delete all")
    click(page, "Delete", "document.getElementById('sure-dialog')")
    page.wait("document.getElementById('labels-list').innerText.startsWith('None yet')", "not deleted")


def edits_functions(page, url):
    """A new one, faults while it is written, somebody else's change shown, mine saved over it, deleted."""
    path = "/v1/pools/smart-home/functions/console_test"
    go(page, "pools")
    page.wait("document.querySelectorAll('#functions-list button').length > 50", "no functions")
    fill(page, "#functions-filter", "brightness")
    check(0 < page.evaluate("return document.querySelectorAll('#functions-list button').length;") < 20, "not filtered")
    click(page, "New function")
    check(page.evaluate("return document.activeElement.labels[0].textContent;") == "Name", "the name is not asked for")
    page.type("console_test")
    body = {"description": MARKUP, "parameters": {"type": "object", "properties": {"a": {"type": "string", "dependentRequired": {}}}}}
    fill(page, "#function-editor textarea", "{")
    check("Line 1" in text_of(page, "#function-editor ul") or "JSON" in text_of(page, "#function-editor ul"), "no fault in {")
    fill(page, "#function-editor textarea", json.dumps(body))
    check("dependentRequired cannot be enforced" in text_of(page, "#function-editor ul"), "a keyword is not checked")
    click(page, "Save")
    page.wait("document.querySelector('#function-editor [role=status] .bad')", "the server took it")
    check("400" in text_of(page, "#function-editor [role=status]"), text_of(page, "#function-editor [role=status]"))
    body["parameters"]["properties"]["a"] = {"type": "string"}
    fill(page, "#function-editor textarea", json.dumps(body))
    click(page, "Save")
    page.wait("document.querySelector('#function-editor [role=status] .good')", "not saved")
    fill(page, "#functions-filter", "onerror")
    page.wait("document.querySelectorAll('#functions-list button').length === 1", "not listed")
    check(MARKUP in text_of(page, "#functions-list") and not page.evaluate("return window.broken || document.querySelector('img');"),
          "markup of a description is read as markup")
    request(url + path, {"description": "changed by somebody else"}, "PUT")
    click(page, "Save")
    page.wait("document.querySelector('#function-editor .note .diff')", "the conflict is not shown")
    note = text_of(page, "#function-editor .note")
    check("Changed meanwhile" in note and "changed by somebody else" in note and MARKUP in note, note)
    wrong = faults(page)
    check(not wrong, f"a conflict: {wrong}")
    click(page, "Save mine over it")
    page.wait("document.querySelector('#function-editor [role=status] .good')", "not saved over it")
    check(json.loads(request(url + path)[2])["description"] == MARKUP, "mine is not there")
    request(url + path, method="DELETE")
    click(page, "Save")
    page.wait("document.querySelector('#function-editor .note')?.textContent.includes('Deleted meanwhile')", "not said")
    click(page, "Make it anew")
    page.wait("document.querySelector('#function-editor [role=status] .good')", "not made anew")
    click(page, "Delete", "document.getElementById('function-editor')")
    click(page, "Delete", "document.getElementById('sure-dialog')")
    page.wait("document.getElementById('function-editor').innerText.includes('deleted')", "not deleted")
    check(request(url + path)[0] == 404, "still there")


def edits_pools(page, url):
    click(page, "New pool")
    page.type("console-pool")
    fill(page, "#function-editor textarea", json.dumps({"functions": [{"name": "a", "description": "b"}, {"name": "a", "description": "b"}]}))
    check("twice" in text_of(page, "#function-editor ul"), "a name that stands twice is not seen")
    fill(page, "#function-editor textarea", json.dumps({"functions": [{"name": "a", "description": "open the door"}]}))
    click(page, "Save")
    page.wait("[...document.getElementById('pool').options].some(o => o.value === 'console-pool')", "the new pool cannot be chosen")
    click(page, "Delete", "document.getElementById('function-editor')")
    click(page, "Delete", "document.getElementById('sure-dialog')")
    page.wait("![...document.getElementById('pool').options].some(o => o.value === 'console-pool')", "not deleted")
    check(request(url + "/v1/pools/console-pool")[0] == 404, "still there")


def edits_terms(page, url):
    go(page, "knowledge")
    page.wait("document.querySelectorAll('#terms-list button').length > 50", "no terms")
    click(page, "New term")
    page.type("kitchen " + MARKUP)
    fill(page, "#term-editor textarea", json.dumps({"explanation": "", "pools": ["nowhere"]}))
    problems = text_of(page, "#term-editor ul")
    check("explanation is empty" in problems and "nowhere" in problems, problems)
    fill(page, "#term-editor textarea", json.dumps({"explanation": MARKUP, "aliases": ["cookhouse"]}))
    click(page, "Save")
    page.wait("document.querySelector('#term-editor [role=status] .good')", "not saved")
    go(page, "ask")
    fill(page, "#query", "turn on the cookhouse light")
    click(page, "Call")
    page.wait("document.getElementById('answer').innerText.includes('onerror')", "the term is not in the answer")
    check(not page.evaluate("return window.broken || document.querySelector('img');"), "markup of a term is read as markup")
    go(page, "knowledge")
    click(page, "Delete", "document.getElementById('term-editor')")
    click(page, "Delete", "document.getElementById('sure-dialog')")
    page.wait("document.getElementById('term-editor').innerText.includes('deleted')", "not deleted")


def lists_adapters(page, url):
    go(page, "adapters")
    page.wait("document.querySelector('#models-list td')", "no models")
    if "/v1/adapters" in json.loads(request(url + "/openapi.json")[2])["paths"]:
        page.wait("document.querySelector('#frames-list summary')", "no adapters")
        page.evaluate("document.querySelector('#frames-list summary').click();")
        page.wait("document.querySelectorAll('#frames-list tbody tr').length > 50", "no rules")


def draws(page):
    go(page, "live")
    page.wait("[...document.querySelectorAll('.plot path')].filter(p => p.getAttribute('d')).length >= 6", "nothing is drawn")
    names = page.evaluate("return [...document.querySelectorAll('.plot')].map(s => s.getAttribute('aria-label'));")
    check(len(names) == 5 and all(any(c.isdigit() for c in name) for name in names), f"{names}")
    check("/v1/functioncall" in text_of(page, "#routes"), "no routes")


def holds_the_rules(page, screenshots=None):
    """Every view at both widths, light and dark, and its way of focus."""
    for view in VIEWS:
        page.form(1280, "light")
        go(page, view)
        if view == "ask":
            asks_by_keyboard(page)
            page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true;")
            click(page, "Wrong", "document.getElementById('answer')")
        if view in ("pools", "knowledge"):
            page.wait(f"document.querySelector('#view-{view} .list button')", "no list")
            page.evaluate(f"document.querySelector('#view-{view} .list button').click();")
            page.wait(f"document.querySelector('#view-{view} textarea')", "no editor")
        for width in (1280, 390):
            for scheme in ("light", "dark"):
                page.form(width, scheme)
                wrong = faults(page)
                check(not wrong, f"{view} at {width} px, {scheme}: {wrong}")
                if screenshots:
                    page.picture(f"{screenshots}-{view}-{width}-{scheme}.png")
        page.form(1280, "light")
        visited, wrong = tab_through(page)
        check(not wrong, f"{view}: {wrong}")
        check(len(visited) > 8, f"{view}: the keyboard reaches only {[v['text'] for v in visited]}")
