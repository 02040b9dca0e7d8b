"""Pages with one fault each: a rule that does not see its own is no rule."""
import urllib.parse

from accessibility import faults, tab_through
from serving import check

FRAME = """<!doctype html><html lang="en"><head><title>t</title><meta name="viewport" content="width=device-width">
<style>body{{font:16px sans-serif;color:#111;background:#fff}}button,input,select,a{{min-height:32px;min-width:32px;
display:inline-block;border:1px solid #666}}:focus-visible{{outline:3px solid #000}}</style></head>
<body><a class="skip" href="#m">Skip</a><header><h1>t</h1></header><nav aria-label="n"><a href="#x">link</a></nav>
<main id="m"><section aria-labelledby="h"><h2 id="h">h</h2>{}</section></main><footer>f</footer></body></html>"""

# The rule, and what breaks it.
FAULTS = [
    ("color-contrast", '<p style="color:#999">pale</p>'),
    ("color-contrast", '<p style="background:#555;color:#777">dark on dark</p>'),
    ("color-contrast", '<label>a <input value="v" style="color:#aaa"></label>'),
    ("non-text contrast", '<label>a <input style="border-color:#ddd"></label>'),
    ("no name: textbox", "<input>"), ("no name: button", "<button></button>"), ("no name: link", '<a href="#y"></a>'),
    ("no name: combobox", "<select><option>a</option></select>"),
    ("no name: image", '<svg role="img" width="40" height="40"></svg>'),
    ("duplicate-id", '<p id="m">twice</p>'), ("aria-valid-attr-value", '<p aria-labelledby="nowhere">p</p>'),
    ("aria-valid-attr-value", '<label for="nowhere">a</label>'), ("aria-roles", '<p role="buton">p</p>'),
    ("landmark-one-main", "<main>second</main>"), ("page-has-heading-one", "<h1>second</h1>"),
    ("heading-order", "<h4>deep</h4>"), ("landmark-unique", '<section aria-label="h">x</section>'),
    ("landmark-unique", "<section>x</section>"), ("dialog-name", "<dialog>x</dialog>"), ("list", "<ul><p>x</p></ul>"),
    ("definition-list", "<dl><p>x</p></dl>"), ("scope-attr-valid", "<table><tr><th>x</th></tr></table>"),
    ("empty-table-header", '<table><tr><th scope="col"></th></tr></table>'), ("tabindex", '<p tabindex="2">x</p>'),
    ("nested-interactive", '<button>a<a href="#y">b</a></button>'),
    ("aria-hidden-focus", '<p aria-hidden="true"><button>b</button></p>'),
    ("target-size", '<button style="min-height:9px;height:9px;padding:0;font-size:5px">b</button>'),
    ("scrollable-region-focusable", '<div style="overflow:auto;height:20px">a<br>b<br>c</div>'),
    ("reflow", '<div style="width:3000px">wide</div>'),
]
WAYS = [
    ("focus cannot be seen", '<style>#b:focus-visible{outline:0}</style><button id="b">b</button>'),
    ("focus is out of sight", '<button style="position:fixed;top:-200px">b</button>'),
]


def show(page, fault):
    page.open("data:text/html," + urllib.parse.quote(FRAME.format(fault)))


def every_rule_sees_its_fault(page):
    show(page, "<p>nothing wrong</p>")
    check(not faults(page) and not tab_through(page)[1], f"seen where nothing is wrong: {faults(page)} {tab_through(page)[1]}")
    for rule, fault in FAULTS:
        show(page, fault)
        found = faults(page)
        check(any(line.startswith(rule) for line in found), f"{rule} does not see {fault}: {found}")
    for rule, fault in WAYS:
        show(page, fault)
        wrong = tab_through(page)[1]
        check(any(line.startswith(rule) for line in wrong), f"{rule} does not see {fault}: {wrong}")
