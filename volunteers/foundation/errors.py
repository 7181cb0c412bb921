"""Domain errors. Each carries the Chinese sentence that the person reads."""


class Refusal(Exception):
    """A rule says no. `sentence` says what happened and what to do next; `field` names the
    form field it belongs to (None: the form as a whole); `code` is stable for tests and API."""

    code = "refused"

    def __init__(self, sentence: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        if code is not None:
            self.code = code


class WrongState(Refusal):
    """The thing is not in a state from which this move exists; nothing has changed."""

    code = "wrong_state"


class NotAllowed(Refusal):
    """This person may not do this; views answer 403 or 404 before it comes so far."""

    code = "not_allowed"
