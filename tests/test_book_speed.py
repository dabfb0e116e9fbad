"""Pages lose the scripts and styles they do not need, and nothing else."""

from pathlib import Path

import pytest

import analysis.book.speed as book_speed
from analysis.book import STATIC

PAGE = """<!DOCTYPE html>
<html lang="en" data-content_root="../">
  <head>
    <meta name="viewport" content="width=device-width" /><meta name="viewport" content="again" />
  <script data-cfasync="false">
    document.documentElement.dataset.mode = localStorage.getItem("mode") || "auto";
    document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
  </script>
  <!-- Loaded before other Sphinx assets -->
  <link href="../_static/styles/theme.css?digest=1" rel="stylesheet" />
<link href="../_static/styles/pydata-sphinx-theme.css?digest=1" rel="stylesheet" />
    <link rel="stylesheet" type="text/css" href="../_static/pygments.css?v=1" />
    <link rel="stylesheet" type="text/css" href="../_static/togglebutton.css?v=1" />
    <link rel="stylesheet" type="text/css" href="../_static/mystnb.{digits}.css" />
    <link rel="stylesheet" type="text/css" href="../_static/sphinx-design.min.css?v=1" />
  <script defer src="../_static/scripts/fontawesome.js?digest=1"></script>
  <link rel="preload" as="script" href="../_static/scripts/bootstrap.js?digest=1" />
    <script src="../_static/documentation_options.js?v=1"></script>
    <script src="../_static/doctools.js?v=1"></script>
    <script src="../_static/clipboard.min.js?v=1"></script>
    <script src="../_static/copybutton.js?v=1"></script>
    <script>let toggleHintShow = 'Click to show';</script>
    <script src="../_static/togglebutton.js?v=1"></script>
    <script>var togglebuttonSelector = '.toggle, .admonition.dropdown';</script>
    <script data-prefix="sd" src="../_static/design-tabs.js?v=1"></script>
    <script>var togglebuttonSelector = '.toggle, .admonition.dropdown';</script>
    <script>DOCUMENTATION_OPTIONS.pagename = 'page';</script>
    <script type="application/ld+json">{{"name": "a toggle"}}</script>
    <link rel="icon" href="../_static/favicon.svg"/>
    <script src="../_static/searchtools.js"></script>
    <script src="../searchindex.js"></script>
  </head>
  <body>
  <img src="../_static/logo.svg" class="logo__image only-light" alt=""/>
  <main>{main}</main>
  <!-- Scripts loaded after <body> so the DOM is not blocked -->
  <script defer src="../_static/scripts/bootstrap.js?digest=1"></script>
  </body>
</html>
"""

CSS = """/*! Framework, MIT */:root{--a:1px}.btn{color:red}.btn-large,a.unused>b{margin:0}
@media (width>1px){.btn .gone{top:0}.card{top:0}}@media print{.gone{top:0}}
/* note { */.tip-bottom{top:0}.seen:not(.gone){top:0}:is(.gone,.btn){top:0}
.prev i,.fa-arrow{top:0}@font-face{font-family:"Font Awesome 6 Free";src:url(a{b.woff2)}
@font-face{font-family:Text}/*! Font Awesome */.fa,.fas{top:0}.fa-btn:before{content:"}"}
@keyframes fa-spin{0%{top:0}}@keyframes turn{0%{top:0}}:host,:root{--fa-font:x}.fade{top:0}
@media (prefers-reduced-motion:reduce){.fa-spin,.fa-beat{top:0}}
/*# sourceMappingURL=theme.css.map*/"""


@pytest.fixture
def site(tmp_path):
    """A site with one page, the theme's style sheet and a script."""
    static = tmp_path / "_static"
    for folder in ("styles", "scripts", "vendor/fontawesome/webfonts"):
        (static / folder).mkdir(parents=True)
    (static / book_speed.OPTIONS).write_text("const DOCUMENTATION_OPTIONS = {};\n")
    (static / "styles" / "pydata-sphinx-theme.css").write_text(CSS)
    (static / "scripts" / "fontawesome.js").write_text("gone")
    (static / "scripts" / "bootstrap.js").write_text('const part = "bs-tip"; make("tip-x", "card")')
    (static / "vendor" / "fontawesome" / "webfonts" / "a.woff2").write_text("")
    (static / "logo.svg").write_text('<svg width="64" height="40"><path width="1"/></svg>')
    (static / "inner.html").write_text(page())
    (tmp_path / "page.html").write_text(page())
    (tmp_path / "index.html").write_text('<meta http-equiv="Refresh" content="0; url=page.html">')
    return tmp_path


def page(main='<p class="btn seen fade prev">Text</p>'):
    return PAGE.format(main=main, digits="0" * 64)


def lightened(site, main=None):
    return lightened_page(page() if main is None else page(main), site)


def lightened_page(html, site):
    return book_speed.lighten_page(html, book_speed.StaticFiles(site / "_static"))


def test_a_plain_page_keeps_what_all_pages_need(site):
    html = lightened(site)
    for name in ("doctools.js", "bootstrap.js", "pydata-sphinx-theme.css", "favicon.svg"):
        assert html.count(name) == 1, name
    for name in ("fontawesome", "preload", *book_speed.NEEDED_BY, "mystnb", "togglebutton"):
        assert name not in html, name


@pytest.mark.parametrize(
    ("main", "wanted"),
    [
        ('<div class="highlight">x</div>', {"pygments.css", "clipboard.min.js", "copybutton.js"}),
        ('<div class="cell docutils">x</div>', {"mystnb." + "0" * 64 + ".css"}),
        ('<div class="admonition dropdown">x</div>', {"togglebutton.js", "togglebutton.css"}),
        ('<div class="toggle">x</div>', {"togglebutton.js", "togglebutton.css"}),
        ('<div class="sd-card">x</div>', {"sphinx-design.min.css"}),
        ('<div class="sd-tab-set">x</div>', {"sphinx-design.min.css", "design-tabs.js"}),
        ('<div id="search-results"></div>', {"searchtools.js", "searchindex.js"}),
    ],
)
def test_a_page_gets_what_it_needs(site, main, wanted):
    plain, html = lightened(site), lightened(site, main)
    assert all(name not in plain for name in wanted)
    assert all(html.count(name) == 1 for name in wanted)


def test_settings_of_toggles_go_with_them_and_stand_once(site):
    assert "toggleHint" not in lightened(site)
    html = lightened(site, '<div class="toggle">x</div>')
    assert html.count("toggleHintShow") == 1
    assert html.count("togglebuttonSelector") == 1
    assert html.index("togglebuttonSelector") < html.index("</head>")


def test_no_script_holds_up_the_page(site):
    html = lightened(site, '<div class="sd-tab-set highlight toggle">x</div>')
    assert "<script src" not in html
    assert html.count("<script defer") == html.count(' src="../_static/') - html.count("<img")
    assert '<script defer data-prefix="sd" src' in html
    # What runs at once has what it builds on.
    assert "documentation_options.js" not in html
    assert html.index("const DOCUMENTATION_OPTIONS") < html.index("DOCUMENTATION_OPTIONS.pagename")


def test_other_things_in_the_head_stay(site):
    html = lightened(site)
    assert '<script type="application/ld+json">{"name": "a toggle"}</script>' in html
    assert html.count('name="viewport"') == 1
    assert 'content="width=device-width"' in html


def test_dark_pages_start_dark(site):
    html = lightened(site)
    assert html.count(book_speed.SETTLED_THEME) == 1
    assert html.index('getItem("theme")') < html.index(book_speed.SETTLED_THEME)


def test_the_logo_has_a_size(site):
    assert '<img width="64" height="40" src="../_static/logo.svg"' in lightened(site)


def test_styles_are_told_at_once_whether_contents_follow(site):
    assert '<body data-contents="no">' in lightened(site)
    html = lightened(site, '<div id="pst-secondary-sidebar"></div>')
    assert '<body data-contents="yes">' in html
    assert lightened_page(html, site) == html


def test_a_page_without_the_theme_is_left_alone(site):
    html = "<html><head><script src='a.js'></script></head><body><main></main></body></html>"
    assert lightened_page(html, site) == html


def test_a_page_without_main_part_is_left_alone(site):
    """Nothing says there what it needs."""
    html = page().replace("<main>", "<div>").replace("</main>", "</div>")
    assert lightened_page(html, site) == html


def test_rules_of_the_icon_font_go_and_those_of_the_theme_stay():
    css = book_speed.without_icon_font(CSS)
    for lost in ("Font Awesome", ".fas", ".fa-btn", "fa-spin", "--fa-font"):
        assert lost not in css, lost
    for kept in (".prev i,.fa-arrow{", "font-family:Text", "keyframes turn", ".fade{", "--a:1px"):
        assert kept in css, kept


def test_only_rules_that_can_match_stay():
    css = book_speed.used_rules(CSS, {"btn", "seen", "fade"}, {"card", "tip-x", "a-tip", "tip"})
    assert "/*! Framework, MIT */" in css
    assert ":root{--a:1px}" in css
    assert ".btn{color:red}" in css
    assert "@media (width>1px){.card{top:0}" in css
    assert ".seen:not(.gone){" in css
    assert ":is(.gone,.btn){" in css
    for lost in (".btn-large", ".unused", "print", ".btn .gone", ".tip-bottom"):
        assert lost not in css, lost


def test_values_of_attributes_are_no_classes():
    css = 'a[href$=".pdf"],a:not([href^=".no"]){top:0}.gone[title=".btn"]{top:0}'
    assert book_speed.used_rules(css, {"btn"}, set()) == (
        'a[href$=".pdf"],a:not([href^=".no"]){top:0}\n'
    )


def test_words_of_texts_and_data_keep_no_rules(site):
    for folder in ("evidence", "figures"):
        (site / "_static" / folder).mkdir()
        (site / "_static" / folder / "text.js").write_text('bookData.text = "gone is gone"')
    book_speed.lighten_site(site)
    css = (site / "_static" / "styles" / "pydata-sphinx-theme.css").read_text()
    assert ".card{" in css
    assert ".btn .gone" not in css
    assert "@media print" not in css


def test_classes_that_scripts_put_together_stay():
    css = ".bs-tip-top{top:0}.bs-other-top{top:0}"
    assert book_speed.used_rules(css, set(), {"bs-tip"}) == ".bs-tip-top{top:0}\n"


def test_a_site_is_changed_once(site):
    book_speed.lighten_site(site)
    files = [path for path in sorted(site.rglob("*")) if path.is_file()]
    first = {path: path.read_bytes() for path in files}
    assert not [path for path in files if "fontawesome" in path.as_posix()]
    assert "fontawesome" not in (site / "page.html").read_text()
    # Pieces of pages that the theme leaves among its files are no pages.
    assert "fontawesome" in (site / "_static" / "inner.html").read_text()
    css = (site / "_static" / "styles" / "pydata-sphinx-theme.css").read_text()
    assert "card" in css
    assert "gone{" not in css.replace(":is(.gone,.btn){", "")
    assert "sourceMappingURL" not in css
    book_speed.lighten_site(site)
    assert {path: path.read_bytes() for path in files} == first


def test_classes_outside_the_main_part_keep_their_rules(site):
    for part in ("<main>", "</body>"):
        (site / "page.html").write_text(page().replace(part, f'<p class="gone"></p>{part}'))
        (site / "_static" / "styles" / "pydata-sphinx-theme.css").write_text(CSS)
        book_speed.lighten_site(site)
        css = (site / "_static" / "styles" / "pydata-sphinx-theme.css").read_text()
        assert ".btn .gone{" in css, part


def test_style_sheets_change_their_address_with_their_content(site):
    book_speed.lighten_site(site)
    (site / "_static" / "styles" / "pydata-sphinx-theme.css").write_text(".btn{color:blue}")
    before = (site / "page.html").read_text()
    after = lightened_page(before, site)
    assert before != after
    assert before.count("?v=") == after.count("?v=")


def test_every_icon_of_the_theme_is_drawn():
    """The themes' templates and buttons name no icon that icons.css lacks."""
    import re

    import pydata_sphinx_theme
    import sphinx_book_theme

    drawn = set(re.findall(r"\.(fa-[\w-]+)", (STATIC / "icons.css").read_text()))
    # Sizes and kinds; brands share one drawing; the rest are parts the book does not use.
    known = drawn | {"fa-solid", "fa-regular", "fa-brands", "fa-lg"}
    named = set()
    for theme in (pydata_sphinx_theme, sphinx_book_theme):
        folder = Path(theme.__file__).parent
        for path in [*folder.rglob("*.html"), *folder.rglob("*.py")]:
            for line in path.read_text(encoding="utf-8").splitlines():
                if "fa-brands" in line or "fab " in line:
                    continue
                named |= set(re.findall(r"\bfa[srl]? (fa-[\w-]+)|(?<=fa-solid )(fa-[\w-]+)", line))
    names = {name for pair in named for name in pair if name}
    assert len(names) > 10
    assert names <= known, sorted(names - known)
