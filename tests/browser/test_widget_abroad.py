"""The widget on a page of another origin, with styles of its own."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.site import Site

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>
<style>* {{ text-transform: uppercase; letter-spacing: 9px; font-size: 40px; text-align: right }}</style></head>
<body><script src="{base}/widget.js" data-open></script></body></html>"""


def abroad(context: BrowserContext, site: Site) -> Page:
    """`localhost` is another origin than the `127.0.0.1` that the clerk is at. A made-up address wouldn't do: Chromium keeps it away from ours."""
    page = context.new_page()
    page.goto(f"{site.base.replace('127.0.0.1', 'localhost')}/healthz")
    page.set_content(PAGE.format(base=site.base))
    return page


def test_styles_of_the_page_that_mean_everything_dont_reach_the_widget(context: BrowserContext, site: Site) -> None:
    bubble = abroad(context, site).locator("shopclerk-widget .bubble").first
    expect(bubble).to_have_css("text-transform", "none")
    expect(bubble).to_have_css("letter-spacing", "normal")
    expect(bubble).to_have_css("font-size", "15px")
    expect(bubble).to_have_css("text-align", "start")


def test_who_builds_a_page_of_an_unknown_origin_reads_in_the_console_what_to_set(
    context: BrowserContext, site: Site
) -> None:
    page = abroad(context, site)
    origin = site.base.replace("127.0.0.1", "localhost")
    told = f"shopclerk: {site.base} needs SHOPCLERK_ORIGINS={origin}"
    with page.expect_console_message(lambda message: message.text == told):
        page.locator("shopclerk-widget textarea").fill("hello")
        page.locator("shopclerk-widget textarea").press("Enter")
