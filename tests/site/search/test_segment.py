"""How text is cut into the tokens that both databases index."""

import pytest

from search.segment import MAX_QUERY_TOKENS, Token, clean, segment, terms


def test_every_character_of_a_word_starts_a_token() -> None:
    assert segment("志愿者") == "志愿 愿者 者"
    assert segment("党") == "党"


def test_other_text_stays_in_words_between_the_chinese() -> None:
    assert segment("志愿者服务Django") == "志愿 愿者 者服 服务 务 django"
    assert segment("3号楼，Party-Day!") == "xd3 号楼 楼 party day"


def test_width_case_script_and_accents_do_not_matter() -> None:
    assert segment("ＤＪＡＮＧＯ") == segment("django")
    assert segment("志願者") == segment("志愿者")
    assert segment("Zhìyuàn café") == segment("zhiyuan CAFE")


def test_the_dot_in_a_name_may_be_left_out() -> None:
    assert segment("买买提·吐尔逊") == segment("买买提•吐尔逊") == segment("买买提吐尔逊")


@pytest.mark.parametrize("char", ["䶮", "𠮷", "𬱖", "𰻝", "\ue003", "〇"])
def test_rare_ideographs_are_cut_like_common_ones(char: str) -> None:
    tokens = segment(f"王{char}明").split()

    assert len(tokens) == 3
    assert all(token.isalnum() for token in tokens)
    assert terms(char)[0][0].prefix
    assert tokens[1].startswith(terms(char)[0][0].text)


def test_what_has_no_letters_has_no_tokens() -> None:
    assert segment("，。！？ \0 😀 --- _") == ""
    assert terms("'\":\\* 😀") == []


def test_one_character_asks_for_a_beginning_and_more_for_all_pairs() -> None:
    assert terms("党") == [[Token("党", prefix=True)]]
    assert terms("巡逻") == [[Token("巡逻")]]
    assert terms("志愿者") == [[Token("志愿"), Token("愿者")]]
    assert terms("志愿 Party") == [[Token("志愿")], [Token("party")]]


def test_only_the_word_being_typed_may_be_unfinished() -> None:
    assert terms("par day", last_is_prefix=True) == [[Token("par")], [Token("day", prefix=True)]]


def test_a_whole_page_as_a_query_is_read_from_its_beginning() -> None:
    words = terms("".join(chr(0x4E00 + n) for n in range(500)))

    assert sum(map(len, words)) == MAX_QUERY_TOKENS


@pytest.mark.parametrize("text", ["Straße ＡＢ 買·買", "İstanbul", "ﬁne ½ ㎡", "か゛ガ", "é\u0301"])
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
