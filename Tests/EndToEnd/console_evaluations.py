"""The console's evaluations, step by step: begun, followed, ended, their reports opened and downloaded."""
import json

from console import MARKUP, click, fill, go, text_of
from serving import check

STATE = "#evaluation-box [role=status]"
BUTTONS = "[...document.querySelectorAll('#evaluation-box button, #evaluation-form button')].filter(b => b.checkVisibility())"

# What stands in each form of a report.
SIGNS = {"html": "<h1>", "markdown": "| set |", "json": "calibration", "csv": "query,", "junit": "<testsuite", "results": "outcome"}


def begins(page, data, name="", limit=""):
    fill(page, "#evaluation-data", data, "change")
    fill(page, "#evaluation-set", name)
    fill(page, "#evaluation-limit", limit)
    click(page, "Begin")


def reaches(page, state, also="true"):
    page.wait(f"document.querySelector('{STATE}')?.textContent.startsWith('{state}') && {also}", f"no evaluation is {state}", 300)


def of_labels(page):
    """What was labelled and is known, after `console.labels`: two of three; a category that would be an element is a text."""
    page.evaluate(f"labels.find(l => l.expected).category = {json.dumps(MARKUP)}; writeLabels();")
    go(page, "evaluations")
    page.wait("document.getElementById('evaluation-labels').textContent.includes('(2)')", "two labels have a right answer")
    check(page.evaluate("return document.getElementById('evaluation-set').checkVisibility();"), "no field for a data set's name")
    begins(page, "labels")
    check(not page.evaluate("return document.getElementById('evaluation-set').checkVisibility();"), "labels have no name")
    reaches(page, "done")
    seen = text_of(page, "#evaluation-box")
    check("2 of 2" in seen and "Categories" in seen and "Right " in seen, seen)
    check(MARKUP in seen and not page.evaluate("return window.broken || document.querySelector('img');"), f"markup: {seen}")
    check(not any(text == "Cancel it" for text in page.evaluate(f"return {BUTTONS}.map(b => b.textContent);")), "it can be cancelled")


def reports(page):
    """The page by its link, and every form to be downloaded, as the server has them."""
    link = page.evaluate("return document.querySelector('#evaluation-box a')?.href;")
    status, kind, text = page.evaluate(f"const a = await fetch({json.dumps(link)}); "
                                       "return [a.status, a.headers.get('content-type'), await a.text()];")
    check(status == 200 and kind.startswith("text/html") and "<h1>" in text, f"{link}: {status} {kind}")
    page.evaluate("window.saved = []; window.texts = []; window.usual = [URL.createObjectURL, HTMLAnchorElement.prototype.click];"
                  "URL.createObjectURL = blob => { texts.push(blob.text()); return usual[0].call(URL, blob); };"
                  "HTMLAnchorElement.prototype.click = function () { saved.push(this.download); };")
    forms = page.evaluate("return [...document.querySelectorAll('#evaluation-box select option')].map(o => [o.value, o.textContent]);")
    check(len(forms) == 6, f"{forms}")
    for number, (value, name) in enumerate(forms, 1):
        fill(page, "#evaluation-box select", value, "change")
        click(page, "Download", "document.getElementById('evaluation-box')")
        page.wait(f"window.saved.length === {number}", f"{name} is not downloaded")
        saved, text = page.evaluate("return [saved.at(-1), await texts.at(-1)];")
        check(saved == name and SIGNS[value] in text, f"{saved}, not {name}: {text[:200]}")
    page.evaluate("[URL.createObjectURL, HTMLAnchorElement.prototype.click] = usual;")


def of_sets(page):
    """A name that is none is said; a data set is followed while it runs, walked by keyboard meanwhile, and ended."""
    begins(page, "set", "nowhere")
    page.wait("document.querySelector('#evaluation-status .bad')", "a set that is not there is taken")
    check("nowhere" in text_of(page, "#evaluation-status"), text_of(page, "#evaluation-status"))
    begins(page, "set", "smart-home")
    reaches(page, "running", "document.querySelector('#evaluation-box progress').value > 1")
    page.evaluate("document.querySelectorAll('#evaluations-list button')[1].focus();")
    answered = page.evaluate("return document.querySelector('#evaluation-box progress').value;")
    reaches(page, "running", f"document.querySelector('#evaluation-box progress').value > {answered}")
    check(page.evaluate("return [...document.querySelectorAll('#evaluations-list button')].indexOf(document.activeElement);") == 1,
          "the list takes the focus away when it is drawn anew")
    click(page, "Cancel it")
    reaches(page, "cancelled")
    check(page.evaluate("return document.activeElement.id;") == "evaluation-title", "the focus is lost with the button")
    marked = page.evaluate("return [...document.querySelectorAll('#evaluations-list button')].map(b => b.getAttribute('aria-current'));")
    check(marked[0] == "true" and marked.count("true") == 1, f"the evaluation that is shown is not marked: {marked}")


def evaluates(page):
    of_labels(page)
    reports(page)
    of_sets(page)
