"""Two versions of the plan can be compared, and no number shows."""

from bot.domain.team import TeamDocument
from bot.domain.team_changes import Change, ChangeKind, changes


def document(**people):
    members = [{"id": name, "name": name.title(), **parts} for name, parts in people.items()]
    return TeamDocument.model_validate({"company": "X", "people": members})


def test_the_same_document_has_no_changes():
    assert changes(document(al={}), document(al={})) == ()


def test_someone_who_joined_and_someone_who_left_are_told_apart():
    found = changes(document(al={}, bo={}), document(al={}, cy={}))

    assert [(change.path, change.kind) for change in found] == [
        ("people.bo", ChangeKind.REMOVED),
        ("people.cy", ChangeKind.ADDED),
    ]


def test_a_changed_sentence_is_shown_before_and_after():
    (change,) = changes(document(al={"title": {"it": "Cassa"}}), document(al={"title": {"it": "Casse"}}))

    assert change == Change("people.al.title.it", ChangeKind.CHANGED, "Cassa", "Casse")
    assert not change.private


def test_a_changed_number_is_noticed_even_when_its_mask_is_the_same():
    old, new = document(al={"phones": ["+393205550142"]}), document(al={"phones": ["+393205559942"]})

    (change,) = changes(old, new)

    assert change.path == "people.al.phones"
    assert change.private
    assert "+39 … 42" in str(change.after)
    assert "3205" not in repr(change)


def test_another_order_of_people_is_a_move_and_nothing_else():
    (change,) = changes(document(al={}, bo={}), document(bo={}, al={}))

    assert change == Change("people", ChangeKind.MOVED, "al, bo", "bo, al")


def test_a_newcomer_in_the_middle_moves_nobody():
    assert [change.kind for change in changes(document(al={}, bo={}), document(al={}, cy={}, bo={}))] == [
        ChangeKind.ADDED
    ]


def test_a_moved_last_resort_number_is_private_too():
    desk = {"label": "Desk", "phone": "+390255500100", "consent": "switchboard"}
    new = TeamDocument.model_validate({"company": "X", "last_resort": [desk]})

    (change,) = changes(TeamDocument(company="X"), new)

    assert (change.path, change.kind, change.private) == ("last_resort", ChangeKind.ADDED, True)
    assert "0255500100" not in repr(change)
