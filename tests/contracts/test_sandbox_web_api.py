"""The embedded workspace answers the Web API as Slack does: same shapes, same refusals."""

import pytest

from tests.contracts.sandbox_rig import Rig, actions, button, running, section


@pytest.fixture
async def rig():
    async with running() as rig:
        yield rig


async def created(rig: Rig, name: str = "inc-0001-casse", **more) -> str:
    answer = await rig.client.conversations_create(name=name, **more)
    return str(answer["channel"]["id"])


async def test_the_app_learns_who_it_is(rig):
    answer = await rig.client.auth_test()

    assert (answer["team"], answer["user"], answer["bot_id"][0]) == ("Bottega Ventura", "anticrisi", "B")


async def test_a_method_slack_does_not_have_is_refused(rig):
    assert await rig.refused("chat.shout") == "unknown_method"


async def test_an_argument_slack_does_not_have_is_refused_by_name(rig):
    refusal = await rig.refusal("chat.postMessage", channel="C0GENERAL", text="hello", txet="hello")

    assert refusal["error"] == "invalid_arguments"
    assert "txet" in refusal["response_metadata"]["messages"][0]


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-somebody-else", "invalid_auth"), ("", "not_authed"), (None, "not_allowed_token_type")],
)
async def test_a_token_of_another_kind_opens_nothing(rig, token, error):
    rig.client.token = rig.sandbox.app_token if token is None else token

    assert await rig.refused("auth.test") == error


async def test_a_missing_scope_is_named():
    async with running(without=["dnd:read"]) as rig:
        refusal = await rig.refusal("dnd.info", user="U0MARTA")

    assert (refusal["error"], refusal["needed"]) == ("missing_scope", "dnd:read")
    assert "chat:write" in refusal["provided"]


async def test_scopes_the_manifest_does_not_ask_for_are_missing(rig):
    channel = await created(rig)

    assert await rig.refused("pins.list", channel=channel) == "missing_scope"
    assert await rig.refused("reactions.add", channel=channel, timestamp="1.1", name="eyes") == "missing_scope"


async def test_a_private_channel_needs_a_scope_of_its_own():
    async with running(without=["groups:write"]) as rig:
        assert await rig.refused("conversations.create", name="secret", is_private=True) == "missing_scope"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("general", "name_taken"),
        ("Inc-1", "invalid_name_specials"),
        ("inc 1", "invalid_name_specials"),
        ("---", "invalid_name_punctuation"),
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
    ],
)
async def test_a_channel_name_slack_would_not_take_is_refused(rig, name, error):
    assert await rig.refused("conversations.create", name=name) == error


async def test_the_name_of_an_archived_channel_stays_taken(rig):
    channel = await created(rig)
    await rig.client.conversations_archive(channel=channel)

    assert await rig.refused("conversations.create", name="inc-0001-casse") == "name_taken"
    assert await rig.refused("conversations.rename", channel=channel, name="other") == "is_archived"
    assert await rig.refused("chat.postMessage", channel=channel, text="hello") == "is_archived"
    assert await rig.refused("conversations.unarchive", channel=channel) == "not_in_channel"


async def test_only_the_creator_renames_a_channel(rig):
    await rig.client.conversations_join(channel="C0GENERAL")

    assert await rig.refused("conversations.rename", channel="C0GENERAL", name="other") == "not_authorized"


async def test_each_person_who_cannot_be_invited_has_a_reason(rig):
    channel = await created(rig)
    await rig.sandbox.deactivates("sofia")

    answer = await rig.client.conversations_invite(
        channel=channel, users="U0MARTA,U0SOFIA,U0KENJI,U0NOBODY,U0ANTICRISI", force=True
    )

    assert {one["user"]: one["error"] for one in answer["errors"]} == {
        "U0SOFIA": "user_disabled",
        "U0KENJI": "user_is_restricted",
        "U0NOBODY": "user_not_found",
        "U0ANTICRISI": "cant_invite_self",
    }
    assert "U0MARTA" in (await rig.client.conversations_members(channel=channel))["members"]


async def test_without_force_one_bad_guest_spoils_the_invitation(rig):
    channel = await created(rig)

    refusal = await rig.refusal("conversations.invite", channel=channel, users="U0MARTA,U0NOBODY")

    assert (refusal["error"], refusal["errors"][0]["user"]) == ("user_not_found", "U0NOBODY")
    assert "inc-0001-casse" not in rig.sandbox.person("marta").channels


async def test_inviting_someone_who_is_already_there_says_so(rig):
    channel = await created(rig)
    await rig.client.conversations_invite(channel=channel, users="U0MARTA")

    assert await rig.refused("conversations.invite", channel=channel, users="U0MARTA") == "already_in_channel"


async def test_a_message_to_a_person_lands_in_their_direct_messages(rig):
    answer = await rig.client.chat_postMessage(channel="U0MARTA", text="Ciao *Marta*")

    assert answer["channel"].startswith("D0")
    assert rig.sandbox.person("marta").sees("dm")[0].plain == "Ciao Marta"


async def test_a_person_who_left_cannot_be_written_to(rig):
    await rig.sandbox.deactivates("sofia")

    assert await rig.refused("conversations.open", users="U0SOFIA") == "user_disabled"
    assert await rig.refused("chat.postMessage", channel="U0SOFIA", text="hello") == "user_disabled"


async def test_a_public_channel_takes_announcements_from_outside(rig):
    answer = await rig.client.chat_postMessage(channel="#incidents", text="hello")

    assert answer["channel"] == "C0INCIDENTS"


async def test_a_private_channel_the_app_is_not_in_does_not_exist(rig):
    assert await rig.refused("chat.postMessage", channel="C0DIREZIONE", text="hello") == "channel_not_found"
    assert await rig.refused("conversations.history", channel="C0NEGOZI") == "not_in_channel"


async def test_stamps_are_unique_ordered_and_of_the_product_s_clock(rig):
    stamps = [(await rig.client.chat_postMessage(channel="U0MARTA", text="x"))["ts"] for _ in range(3)]
    rig.clock.turn(seconds=-30)
    stamps.append((await rig.client.chat_postMessage(channel="U0MARTA", text="x"))["ts"])

    assert stamps == sorted(set(stamps))
    assert all(stamp.startswith("1773133200.") for stamp in stamps)


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({}, "no_text"),
        ({"text": " "}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [section("y" * 2900)] * 5}, "msg_blocks_too_long"),
        ({"text": "x", "metadata": {"event_type": "page"}}, "invalid_metadata_format"),
        ({"text": "x", "thread_ts": "1.1"}, "thread_not_found"),
    ],
)
async def test_a_message_slack_would_not_take_is_refused(rig, args, error):
    assert await rig.refused("chat.postMessage", channel="U0MARTA", **args) == error


async def test_metadata_comes_back_to_whoever_looks_for_it(rig):
    channel = await created(rig)
    metadata = {"event_type": "effect", "event_payload": {"key": "page/1"}}
    await rig.client.chat_postMessage(channel=channel, text="x", metadata=metadata)

    history = await rig.client.conversations_history(channel=channel, include_all_metadata=True)
    without = await rig.client.conversations_history(channel=channel)

    assert history["messages"][0]["metadata"] == metadata
    assert "metadata" not in without["messages"][0]


async def test_history_is_read_newest_first_page_by_page(rig):
    channel = await created(rig)
    for number in range(5):
        await rig.client.chat_postMessage(channel=channel, text=f"line {number}")

    first = await rig.client.conversations_history(channel=channel, limit=2)
    second = await rig.client.conversations_history(
        channel=channel, limit=10, cursor=first["response_metadata"]["next_cursor"]
    )

    assert [one["text"] for one in first["messages"]] == ["line 4", "line 3"]
    assert [one["text"] for one in second["messages"]] == ["line 2", "line 1", "line 0"]
    assert (first["has_more"], second["has_more"]) == (True, False)


async def test_history_can_be_read_from_a_stamp_on(rig):
    channel = await created(rig)
    stamps = [(await rig.client.chat_postMessage(channel=channel, text=str(n)))["ts"] for n in range(3)]

    after = await rig.client.conversations_history(channel=channel, oldest=stamps[1])
    from_it = await rig.client.conversations_history(channel=channel, oldest=stamps[1], inclusive=True)

    assert [one["text"] for one in after["messages"]] == ["2"]
    assert [one["text"] for one in from_it["messages"]] == ["2", "1"]


async def test_replies_stay_in_their_thread(rig):
    channel = await created(rig)
    root = (await rig.client.chat_postMessage(channel=channel, text="root"))["ts"]
    await rig.client.chat_postMessage(channel=channel, text="reply", thread_ts=root)

    history = await rig.client.conversations_history(channel=channel)
    thread = await rig.client.conversations_replies(channel=channel, ts=root)

    assert [(one["text"], one["reply_count"]) for one in history["messages"]] == [("root", 1)]
    assert [one["text"] for one in thread["messages"]] == ["root", "reply"]


async def test_editing_with_text_alone_removes_the_blocks(rig):
    posted = await rig.client.chat_postMessage(
        channel="U0MARTA", text="page", blocks=[section("page"), actions(button("I'm on it", "ack"))]
    )
    marta = rig.sandbox.person("marta")
    assert marta.sees("dm")[0].buttons == ["I'm on it"]

    await rig.client.chat_update(channel=posted["channel"], ts=posted["ts"], text="taken")

    seen = marta.sees("dm")[0]
    assert (seen.plain, seen.buttons, seen.edited) == ("taken", [], True)


async def test_an_edit_is_shorter_than_a_message(rig):
    posted = await rig.client.chat_postMessage(channel="U0MARTA", text="x")

    where = {"channel": posted["channel"], "ts": posted["ts"]}
    assert await rig.refused("chat.update", **where, text="x" * 4001) == "msg_too_long"


async def test_the_words_of_others_cannot_be_changed(rig):
    await rig.client.conversations_join(channel="C0GENERAL")
    await rig.sandbox.person("marta").types("hello", "general")
    message = rig.sandbox.person("marta").sees("general")[-1]

    where = {"channel": "C0GENERAL", "ts": message.ts}
    assert await rig.refused("chat.update", **where, text="bye") == "cant_update_message"
    assert await rig.refused("chat.delete", **where) == "cant_delete_message"
    assert await rig.refused("chat.update", channel="C0GENERAL", ts="1.1", text="x") == "message_not_found"


async def test_pinning_twice_is_told(rig):
    channel = await created(rig)
    ts = (await rig.client.chat_postMessage(channel=channel, text="card"))["ts"]
    await rig.client.pins_add(channel=channel, timestamp=ts)

    assert await rig.refused("pins.add", channel=channel, timestamp=ts) == "already_pinned"
    assert rig.sandbox.channel("inc-0001-casse").messages[ts].pinned
    await rig.client.pins_remove(channel=channel, timestamp=ts)
    assert await rig.refused("pins.remove", channel=channel, timestamp=ts) == "no_pin"


async def test_bookmarks_are_added_edited_and_removed(rig):
    channel = await created(rig)
    added = await rig.client.bookmarks_add(
        channel_id=channel, title="Status page", type="link", link="https://status.example"
    )
    bookmark = added["bookmark"]["id"]
    await rig.client.bookmarks_edit(channel_id=channel, bookmark_id=bookmark, title="Public page")

    held = rig.sandbox.channel("inc-0001-casse").bookmarks[bookmark]
    assert (held["title"], held["link"]) == ("Public page", "https://status.example")
    await rig.client.bookmarks_remove(channel_id=channel, bookmark_id=bookmark)
    assert await rig.refused("bookmarks.remove", channel_id=channel, bookmark_id=bookmark) == "not_found"


async def test_topic_and_purpose_have_a_longest_form(rig):
    channel = await created(rig)
    await rig.client.conversations_setTopic(channel=channel, topic="SEV1 · Anna leads")

    assert (await rig.client.conversations_info(channel=channel))["channel"]["topic"]["value"] == "SEV1 · Anna leads"
    assert await rig.refused("conversations.setTopic", channel=channel, topic="x" * 251) == "too_long"


async def test_accounts_are_described_as_slack_does(rig):
    user = (await rig.client.users_info(user="U0MARTA", include_locale=True))["user"]

    assert (user["locale"], user["tz"], user["tz_offset"]) == ("it-IT", "Europe/Rome", 3600)
    assert user["profile"]["email"] == "marta@ventura.example"
    assert (await rig.client.users_info(user="U0KENJI"))["user"]["is_restricted"] is True
    assert (await rig.client.users_lookupByEmail(email="MARTA@ventura.example"))["user"]["id"] == "U0MARTA"
    assert await rig.refused("users.lookupByEmail", email="nobody@ventura.example") == "users_not_found"


async def test_everyone_can_be_listed_page_by_page(rig):
    names = []
    async for answer in await rig.client.users_list(limit=5):
        names += [member["name"] for member in answer["members"]]

    assert len(names) == len(set(names)) == 13


async def test_a_snoozed_phone_is_told_by_do_not_disturb(rig):
    rig.sandbox.snoozes("bruno")

    assert (await rig.client.dnd_info(user="U0BRUNO"))["snooze_enabled"] is True
    assert (await rig.client.dnd_info(user="U0MARTA"))["snooze_enabled"] is False
    team = await rig.client.dnd_teamInfo(users="U0BRUNO,U0MARTA")
    assert team["users"]["U0BRUNO"]["dnd_enabled"] is True


async def test_a_user_group_is_expanded_into_its_people(rig):
    groups = (await rig.client.usergroups_list(include_users=True))["usergroups"]
    people = await rig.client.usergroups_users_list(usergroup=groups[0]["id"])

    assert groups[0]["handle"] == "it-ops"
    assert people["users"] == groups[0]["users"] == ["U0BRUNO", "U0ANNA", "U0PAOLO"]


async def test_a_file_is_uploaded_and_can_be_opened(rig):
    channel = await created(rig)
    await rig.client.conversations_invite(channel=channel, users="U0MARTA")

    await rig.client.files_upload_v2(
        channel=channel, filename="postmortem.md", content="# Post-mortem", initial_comment="Here it is"
    )

    seen = rig.sandbox.person("marta").sees("#inc-0001-casse")[-1]
    assert (seen.files, seen.plain) == (["postmortem.md"], "Here it is")


async def test_a_channel_has_one_canvas(rig):
    channel = await created(rig)
    content = {"type": "markdown", "markdown": "# Post-mortem"}
    await rig.client.conversations_canvases_create(channel_id=channel, document_content=content)

    again = await rig.refused("conversations.canvases.create", channel_id=channel, document_content=content)

    assert again == "channel_canvas_already_exists"


async def test_an_ephemeral_message_reaches_one_person_and_no_record(rig):
    channel = await created(rig)
    await rig.client.conversations_invite(channel=channel, users="U0MARTA,U0ANNA")
    await rig.client.chat_postEphemeral(channel=channel, user="U0MARTA", text="only you")

    assert rig.sandbox.person("marta").ephemerals[-1].plain == "only you"
    assert rig.sandbox.person("anna").ephemerals == []
    assert "only you" not in str((await rig.client.conversations_history(channel=channel))["messages"])
    assert await rig.refused("chat.postEphemeral", channel=channel, user="U0TOM", text="x") == "user_not_in_channel"


async def test_a_link_to_a_message_names_its_channel_and_stamp(rig):
    posted = await rig.client.chat_postMessage(channel="#incidents", text="x")

    link = await rig.client.chat_getPermalink(channel=posted["channel"], message_ts=posted["ts"])

    assert link["permalink"].endswith(f"/archives/C0INCIDENTS/p{posted['ts'].replace('.', '')}")


async def test_every_call_is_on_record(rig):
    await rig.client.chat_postMessage(channel="U0MARTA", text="x")
    await rig.refused("chat.postMessage", channel="C0NOWHERE", text="x")

    first, second = rig.sandbox.log
    assert (first.method, first.args["channel"], first.ok, first.at) == (
        "chat.postMessage",
        "U0MARTA",
        True,
        rig.clock.now(),
    )
    assert (second.ok, second.error, second.ended >= second.started) == (False, "channel_not_found", True)
