"""What a person does with the pages, done in a browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest

OpenPage = Callable[..., Any]


def test_words_typed_are_searched_in_place(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/")
    expect(page.locator("#q")).to_be_visible()
    page.evaluate("window.isSamePage = true")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("bridge partnership")
    page.keyboard.press("Enter")
    expect(page.locator(".hit")).to_have_count(1)
    expect(page.locator(".hit h2 mark")).to_have_text("bridge")
    expect(page).to_have_url(re.compile(r"/\?q=bridge\+partnership$"))
    expect(page.locator("[data-said]")).to_contain_text("1 article")
    assert page.evaluate("window.isSamePage")


def test_suggestions_are_walked_with_the_arrows_and_taken_with_enter(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/")
    box = page.get_by_role("combobox")
    box.press_sequentially("weath")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("weath")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-0")
    expect(options.first).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(page.locator(".hit")).to_have_count(10)
    expect(box).to_have_value("weather")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_suggestions_are_named_in_the_readers_language(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/", locale="de")
    page.get_by_role("combobox").press_sequentially("weath")
    expect(page.get_by_role("option").first).to_contain_text("Wort")


def test_escape_closes_the_suggestions_and_a_click_takes_one(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/")
    box = page.get_by_role("combobox")
    box.press_sequentially("weath")
    expect(page.get_by_role("listbox")).to_be_visible()
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("weath")
    box.press("ArrowDown")
    page.get_by_role("option").first.click()
    expect(page.locator(".hit")).to_have_count(10)


def test_keys_that_compose_a_character_are_left_to_the_input_method(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/")
    box = page.get_by_role("combobox")
    box.press_sequentially("weath")
    expect(page.get_by_role("option").first).to_be_visible()
    for key in ("ArrowDown", "ArrowUp", "Enter", "Escape"):
        taken = box.evaluate(
            """(box, key) => !box.dispatchEvent(
                new KeyboardEvent("keydown", { key, isComposing: true, bubbles: true, cancelable: true }))""",
            key,
        )
        assert not taken
        expect(page.get_by_role("listbox")).to_be_visible()
    expect(box).not_to_have_attribute("aria-activedescendant", "suggestion-0")
    expect(box).to_have_value("weath")


def test_keys_go_by_their_place_where_the_keyboard_writes_other_letters(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=report")

    def press(key: str, code: str) -> None:
        page.evaluate(
            "([key, code]) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true }))",
            [key, code],
        )

    press("ت", "KeyJ")
    expect(page.locator("#hit-1 h2 a")).to_be_focused()
    press("о", "KeyJ")
    press("л", "KeyK")
    expect(page.locator("#hit-1 h2 a")).to_be_focused()
    press("ظ", "Slash")
    expect(page.locator("#q")).to_be_focused()


def test_the_last_searches_are_kept_recalled_and_forgotten(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/")
    expect(page.get_by_role("heading", name="Your last searches")).to_be_hidden()  # there is none yet
    page.goto("/?q=bridge&page=1")
    for words in ("zebra", "report"):
        page.locator("#q").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator("[data-said]")).to_contain_text("article")
        expect(page.locator(".hit").first).to_contain_text(words, ignore_case=True)
    page.goto("/")
    history = page.get_by_role("region", name="Your last searches")
    expect(history.get_by_role("listitem")).to_have_text(["report", "zebra", "bridge"])
    box = page.locator("#q")
    for key, words in (("ArrowUp", "report"), ("ArrowUp", "zebra"), ("ArrowDown", "report"), ("ArrowDown", "")):
        box.press(key)
        expect(box).to_have_value(words)
    history.get_by_role("link", name="zebra").click()
    expect(page.locator(".hit").first).to_contain_text("zebra")
    page.goto("/")
    history.get_by_role("button", name="Forget them all").click()
    expect(history.get_by_role("listitem")).to_have_count(0)
    assert page.evaluate("localStorage.getItem('searches')") == "[]"
    history.get_by_label("Keep them").uncheck()
    page.goto("/?q=bridge")
    page.goto("/")
    expect(history).to_be_visible()
    expect(history.get_by_role("listitem")).to_have_count(0)


def test_a_suggested_title_opens_its_article(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/")
    page.get_by_role("combobox").press_sequentially("old bridge reop")
    page.get_by_role("option").filter(has_text="after long repair").click()
    expect(page.locator("h1")).to_have_text("Old bridge reopens after long repair")


def test_a_filter_narrows_and_the_back_button_widens_again(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=report")
    count = page.locator(".count strong")
    expect(count).to_contain_text("100 articles")
    page.get_by_role("link", name=re.compile(r"^Cleo Finch \d")).click()
    expect(count).to_contain_text("33 articles")
    expect(page.locator(".chips")).to_contain_text("Cleo Finch")
    page.locator(".timeline a").first.click()
    expect(page.locator(".chips li")).to_have_count(2)
    page.go_back()
    expect(count).to_contain_text("33 articles")
    page.go_back()
    expect(count).to_contain_text("100 articles")
    page.go_forward()
    expect(count).to_contain_text("33 articles")


def test_a_stretch_of_time_is_drawn_over_the_bars(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=report")
    bars = page.locator(".timeline [data-first]")
    from_, to = (bars.nth(number).bounding_box() for number in (2, 4))
    page.mouse.move(from_["x"] + 2, from_["y"] + 5)
    page.mouse.down()
    page.mouse.move(to["x"] + 2, to["y"] + 9, steps=4)
    expect(page.locator(".timeline .within")).to_have_count(3)
    page.mouse.up()
    expect(page.locator(".chips")).to_contain_text("1 March 2024 – 31 May 2024")
    expect(page).to_have_url(re.compile(r"/\?q=report&date=2024-03-01\.\.2024-05-31$"))
    expect(page.locator(".timeline .drawing").first.locator("[data-first]")).to_have_count(12)
    expect(page.locator(".timeline rect.chosen")).to_have_count(3)
    page.go_back()
    expect(page.locator(".count strong")).to_contain_text("100 articles")


def test_a_stretch_of_time_is_set_by_keys(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=report")
    from_, to = page.get_by_role("slider", name="From"), page.get_by_role("slider", name="To")
    from_.focus()
    page.keyboard.press("ArrowRight")
    expect(from_).to_have_attribute("aria-valuetext", "February 2024")
    to.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("From", exact=True).last).to_have_value("2024-02-01")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.locator(".chips")).to_contain_text("1 February 2024 – 31 March 2024")


def test_a_stretch_of_time_is_typed_without_javascript(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=report", java_script_enabled=False)
    page.get_by_label("From").fill("2024-03-01")
    page.get_by_label("to", exact=True).fill("2024-03-31")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".chips")).to_contain_text("1 March 2024 – 31 March 2024")


def test_back_from_an_article_leads_to_the_same_place(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=report&page=2")
    link = page.locator("#hit-17 h2 a")
    link.click()
    page.locator("a.back").click()
    expect(page.locator("#hit-17")).to_be_in_viewport()
    page.locator("#hit-18 h2 a").click()
    expect(page.locator("article h1")).to_be_visible()
    page.go_back()
    expect(page.locator("#hit-18")).to_be_in_viewport()
    page.get_by_role("link", name=re.compile(r"^Cleo Finch \d")).click()
    expect(page.locator(".count strong")).to_contain_text("33 articles")
    page.go_back()
    expect(page.locator(".count strong")).to_contain_text("100 articles")


def test_results_are_walked_by_keys_and_opened_with_enter(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=report")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#hit-2 h2 a")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#hit-1 h2 a")).to_be_focused()
    title = page.locator("#hit-1 h2").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("article h1")).to_have_text(title)
    page.wait_for_load_state()  # keys are heard once the scripts of the page have run
    page.keyboard.press("u")
    expect(page.locator(".hit")).to_have_count(10)
    page.wait_for_load_state()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()


def test_matches_of_an_article_are_walked_by_keys_and_buttons(
    open_page: OpenPage, expect: Any, ids: dict[str, str]
) -> None:
    page = open_page(f"/article/{ids['bridge']}?q=bridge")
    place = page.locator("[data-place]")
    expect(place).to_have_text("4 matches")
    page.keyboard.press("n")
    expect(place).to_have_text("Match 1 of 4")
    page.get_by_role("button", name="Next match").click()
    expect(place).to_have_text("Match 2 of 4")
    expect(page.locator("mark.here")).to_have_id("match-2")
    page.keyboard.press("p")
    page.keyboard.press("p")
    expect(place).to_have_text("Match 4 of 4")


def test_a_search_from_an_article_leads_to_results(open_page: OpenPage, expect: Any, ids: dict[str, str]) -> None:
    page = open_page(f"/article/{ids['bridge']}?q=bridge")
    page.keyboard.press("/")
    page.keyboard.type("report")
    page.keyboard.press("Enter")
    expect(page.locator(".hit")).to_have_count(10)
    page.locator(".count").click()
    page.keyboard.press("n")
    page.go_back()
    page.get_by_role("button", name="Next match").click()
    expect(page.locator("[data-place]")).to_have_text("Match 1 of 4")


def test_a_result_is_read_by_keys_article_by_article(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=report&sort=oldest")
    titles = page.locator(".hit h2").all_inner_texts()
    page.locator("#hit-1 h2 a").click()
    expect(page.locator("h1")).to_have_text(titles[0])
    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(page.locator("h1")).to_have_text(titles[1])
    page.get_by_role("link", name="Next article").click()
    expect(page.locator("h1")).to_have_text(titles[2])
    page.wait_for_load_state()
    page.keyboard.press("k")
    expect(page.locator("h1")).to_have_text(titles[1])
    page.wait_for_load_state()
    page.keyboard.press("u")
    expect(page.locator("#hit-2")).to_be_in_viewport()


def test_articles_like_one_come_after_it(open_page: OpenPage, expect: Any, ids: dict[str, str]) -> None:
    page = open_page(f"/article/{ids['report']}")
    expect(page.locator(".similar li").first).to_be_visible()


def test_keys_are_shown_and_can_be_turned_off(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=report")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Single keys do this").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    expect(page.locator("#hit-1 h2 a")).not_to_be_focused()
    page.reload()
    page.keyboard.press("j")
    expect(page.locator("#hit-1 h2 a")).not_to_be_focused()


@pytest.mark.parametrize(
    ("locale", "found", "chosen"), [("de", "100 Artikel", "Nächster"), ("ar", "100 مقال", "التالي")]
)
def test_the_pages_speak_the_language_of_the_browser_or_one_that_is_chosen(
    open_page: OpenPage, expect: Any, locale: str, found: str, chosen: str
) -> None:
    page = open_page("/", locale=locale)
    page.locator("#q").fill("report")
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_contain_text(found)
    page.locator("#hit-1 h2 a").click()
    expect(page.locator(".beside-it")).to_contain_text(chosen)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("link", name="Next article")).to_be_visible()
    page.get_by_role("link", name="Back to the results").click()
    expect(page.locator(".count")).to_contain_text("100 articles")


def test_letters_typed_into_the_box_are_letters(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=report")
    box = page.locator("#q")
    box.fill("")
    box.press_sequentially("jkn?")
    expect(box).to_have_value("jkn?")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_nothing_found_leads_on(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=brigde")
    expect(page.get_by_role("heading", name="Nothing was found")).to_be_visible()
    page.locator(".didyoumean a").click()
    expect(page.locator(".hit").first).to_be_visible()


def test_without_javascript_everything_is_there(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/", java_script_enabled=False)
    page.locator("#q").fill("report")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".hit")).to_have_count(10)
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".hit").first).to_have_attribute("id", "hit-11")
    page.get_by_role("link", name=re.compile(r"^Ada Quill \d")).click()
    expect(page.locator(".chips")).to_contain_text("Ada Quill")
    page.locator("#hit-1 h2 a").click()
    page.locator(".numbers a").nth(1).click()
    expect(page.locator("#match-2")).to_be_in_viewport()
    page.locator("a.back").click()
    expect(page.locator(".hit")).to_have_count(10)
    assert page.locator("[data-step]:visible, [data-keys]:visible").count() == 0


@pytest.mark.parametrize("has_scripts", [True, False])
def test_facets_are_in_a_drawer_on_a_phone(open_page: OpenPage, expect: Any, has_scripts: bool) -> None:
    phone = {"width": 360, "height": 740}
    page = open_page("/?q=report&author=Ada+Quill", viewport=phone, java_script_enabled=has_scripts)
    facets = page.get_by_role("complementary", name="Narrow the search")
    expect(facets).to_be_hidden()
    opening = page.get_by_role("button", name="(1 filter)")
    expect(opening).to_be_in_viewport()
    opening.click()
    expect(facets).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(facets).to_be_hidden()
    opening.click()
    page.get_by_role("link", name=re.compile(r"^The Lantern \d")).click()
    expect(page.get_by_role("button", name="(2 filters)")).to_be_visible()
    expect(facets).to_be_hidden()


@pytest.mark.parametrize("locale", ["en-GB", "de", "ar"])
def test_the_field_for_a_certificate_keeps_to_the_margins_of_a_phone(open_page: OpenPage, locale: str) -> None:
    page = open_page("/verify", viewport={"width": 360, "height": 740}, locale=locale)
    form, field = page.locator("main form").bounding_box(), page.locator("[type=file]").bounding_box()
    assert form["x"] <= field["x"]
    assert field["x"] + field["width"] <= form["x"] + form["width"] + 0.5


def test_facets_stand_beside_on_a_screen(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=report", viewport={"width": 1280, "height": 740})
    found, aside = page.locator(".found").bounding_box(), page.locator("aside").bounding_box()
    assert aside["x"] >= found["x"] + found["width"]
    expect(page.get_by_role("button", name="Filters")).to_be_hidden()


def test_an_article_from_right_to_left_is_set_so(open_page: OpenPage, ids: dict[str, str]) -> None:
    page = open_page(f"/article/{ids['arabic']}")
    assert page.locator("h1").evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert page.locator(".body p").evaluate("element => getComputedStyle(element).direction") == "rtl"


def test_the_dark_scheme_is_dark(open_page: OpenPage) -> None:
    shades = [
        open_page("/", color_scheme=scheme).evaluate("getComputedStyle(document.documentElement).backgroundColor")
        for scheme in ("light", "dark")
    ]
    light, dark = (sum(map(int, re.findall(r"\d+", shade))) for shade in shades)
    assert light > 700 > 200 > dark


def test_hostile_text_runs_nowhere(open_page: OpenPage, expect: Any) -> None:
    page = open_page("/?q=zebra")
    expect(page.locator(".hit h2")).to_contain_text("<script>alert('zebra')</script>")
    page.locator(".hit h2 a").click()
    expect(page.locator(".body")).to_contain_text("<img src=x onerror=alert(1)>")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("url", ["/", "/?q=report", "/?q=bridge+qqqqq", "/article/{bridge}?q=bridge&hit=1"])
def test_nothing_moves_while_a_page_loads(open_page: OpenPage, ids: dict[str, str], url: str, width: int) -> None:
    page = open_page(url.format(**ids), viewport={"width": width, "height": 740})
    shifts = page.evaluate(
        """() => new Promise((done) => {
            let sum = 0;
            new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
                .observe({ type: "layout-shift", buffered: true });
            requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => done(sum))));
        })"""
    )
    assert shifts < 0.01
