"""Every address of the site is visited by the person it is for."""

import pytest

from tests import stage_seed
from tests.crawl import visits, walk


@pytest.fixture
def everything(db: None) -> list[visits.Visit]:
    """A street with one of everything, and all visits to it."""
    stage_seed.set_up()
    return visits.build()


def test_the_visits_are_the_urlconf_less_the_named_exceptions(
    everything: list[visits.Visit],
) -> None:
    assert walk.visited(everything) == visits.routes() - set(visits.EXCEPTIONS)
    assert set(visits.EXCEPTIONS) <= visits.routes()
    assert all(visits.EXCEPTIONS.values())


def test_every_page_answers_and_is_strict_html(everything: list[visits.Visit]) -> None:
    found = walk.problems_of_html(everything)
    assert not found, "\n".join(found)


def test_every_answer_carries_the_strict_policy(everything: list[visits.Visit]) -> None:
    found = walk.problems_of_policy(everything)
    assert not found, "\n".join(found)


def test_no_link_leads_its_reader_to_an_error(everything: list[visits.Visit]) -> None:
    found = walk.dead_links(everything)
    assert not found, "\n".join(found)
