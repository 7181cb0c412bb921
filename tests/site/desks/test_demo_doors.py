"""Where the demo street is not loaded, and what is said then."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from desks.demo import load, pictures
from tests import factories


@pytest.mark.django_db
def test_before_a_load_demo_people_says_what_to_run():
    said = StringIO()
    call_command("demo_people", stdout=said)
    assert "load_demo" in said.getvalue()


@pytest.mark.django_db
def test_if_empty_leaves_a_database_with_people_alone():
    factories.volunteer()
    said = StringIO()
    call_command("load_demo", "--if-empty", stdout=said)
    assert "已有数据" in said.getvalue()
    assert not load.is_loaded()


@pytest.mark.django_db
def test_a_house_that_really_sends_messages_takes_no_demo(settings):
    settings.SMS_GATEWAY = "somewhere.RealGateway"
    with pytest.raises(CommandError, match="短信"):
        call_command("load_demo", "--small")
    assert not load.is_loaded()


@pytest.mark.parametrize("scene", pictures.SCENES)
def test_scenes_have_words_for_those_who_cannot_see_them(scene):
    _, title, alt = pictures.SCENES[scene]
    assert title and len(alt) > 10
