"""The API for programs, health for whoever watches over us, and what an answer looks like when all goes wrong."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.responses import JSONResponse

from bot.domain.policy import Target
from bot.usecases import plan, respond
from tests.contracts.web_house import PUBLIC_URL, TOKEN, Web, site
from tests.domain.records import document, policy

BEARER = {"Authorization": f"Bearer {TOKEN}"}
INCIDENTS = "/api/v1/incidents"
FACTS = {
    "id",
    "name",
    "title",
    "severity",
    "status",
    "open",
    "private",
    "scenario",
    "impact",
    "declared_at",
    "declared_by",
    "acknowledged_at",
    "acknowledged_by",
    "acknowledgements",
    "acknowledgements_missing",
    "called",
    "channel",
    "customers_told_at",
    "customers_expect_word_at",
    "resolved_at",
    "status_url",
}


@pytest.fixture
async def web(tmp_path) -> AsyncIterator[Web]:
    async with site(tmp_path) as standing:
        yield standing


async def declares(web, *, key: str | None = None, **body):
    headers = {**BEARER, "Idempotency-Key": key} if key else BEARER
    return await web.http.post(INCIDENTS, json={"title": "Frigoriferi spenti", **body}, headers=headers)


async def one(web):
    return (await web.http.get(f"{INCIDENTS}/1", headers=BEARER)).json()


async def takes(web, who: str):
    ladder = (await web.record(1)).ladder
    await respond.acknowledge(web.core, ladder.id, by=who, method="slack_dm")


async def several_wanted(web):
    """The ladder's first level calls two, and wants both."""
    first, *others = policy().levels
    both = first.model_copy(
        update={"targets": (Target.person("anna"), Target.person("bruno")), "acknowledgements_wanted": 2}
    )
    await plan.save_document(
        web.core, document(policies=(policy().model_copy(update={"levels": (both, *others)}),)), by="tests"
    )


async def test_a_program_declares_and_people_are_called(web):
    answer = await declares(web, severity=1, impact="Gelati sciolti")

    declared = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{INCIDENTS}/1"
    assert declared["joined"] is False
    assert set(declared["incident"]) == FACTS
    assert declared["incident"]["declared_by"] == {"id": "api", "name": "api"}
    assert declared["incident"]["called"] == [{"id": "anna", "name": "Anna"}]
    assert declared["incident"]["declared_at"] == "2026-11-21T09:02:00Z"
    assert declared["incident"]["status_url"].startswith(f"{PUBLIC_URL}/status/")
    assert (await web.record(1)).incident.impact == "Gelati sciolti"


async def test_the_same_key_declares_once_even_at_the_same_moment(web):
    answers = await asyncio.gather(*(declares(web, key="till-7:offline") for _ in range(5)))

    assert {answer.json()["incident"]["id"] for answer in answers} == {1}
    assert len((await web.http.get(INCIDENTS, headers=BEARER)).json()["incidents"]) == 1


async def test_a_key_that_was_used_for_another_report_is_refused_and_declares_nothing(web):
    await declares(web, key="till-7:offline")

    other = await declares(web, key="till-7:offline", title="Il magazzino brucia")
    again = await declares(web, key="till-7:offline")

    assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")
    assert "INC-1" in other.json()["error"]["message"]
    assert again.json()["incident"]["id"] == 1
    assert len((await web.http.get(INCIDENTS, headers=BEARER)).json()["incidents"]) == 1


async def test_another_report_of_the_same_event_joins_it(web):
    await declares(web, key="one")

    answer = await declares(web, key="two")

    assert (answer.status_code, answer.json()["joined"]) == (200, True)
    assert answer.json()["incident"]["id"] == 1


async def test_severity_and_scenario_are_suggested_when_left_out(web):
    named = await declares(web, title="Le casse non vanno", scenario="tills_down")
    unknown = await declares(web, title="Qualcosa di strano in ufficio")

    assert (named.json()["incident"]["scenario"], named.json()["incident"]["severity"]) == ("tills_down", 1)
    assert (unknown.json()["incident"]["scenario"], unknown.json()["incident"]["severity"]) == (None, 2)


async def test_open_incidents_come_gravest_first_and_private_ones_of_others_never(web):
    await declares(web, title="Piccolo guaio", severity=4)
    await web.declares("Furto in magazzino", private=True, scenario=None)
    await declares(web, title="Grande guasto", severity=1)

    shown = (await web.http.get(INCIDENTS, headers=BEARER)).json()["incidents"]
    hidden = await web.http.get(f"{INCIDENTS}/2", headers=BEARER)

    assert [each["title"] for each in shown] == ["Grande guasto", "Piccolo guaio"]
    assert hidden.status_code == 404
    assert hidden.json()["error"]["code"] == "incident_unknown"
    assert "Furto" not in hidden.text


async def test_one_incident_is_told_as_it_stands(web):
    incident = await web.told()

    answer = await web.http.get(f"{INCIDENTS}/{incident}", headers=BEARER)

    assert answer.status_code == 200
    assert set(answer.json()) == FACTS
    assert answer.json()["customers_told_at"] == "2026-11-21T09:02:00Z"
    assert answer.json()["acknowledged_by"] is None


async def test_everyone_who_has_it_is_named_and_how_many_more_are_wanted(web):
    await several_wanted(web)
    await declares(web, title="Le casse non vanno", scenario="tills_down")

    nobody = await one(web)
    await takes(web, "U0ANNA")
    web.waits(minutes=1)
    anna = await one(web)
    await takes(web, "U0BRUNO")
    both = await one(web)

    assert (nobody["acknowledged_by"], nobody["acknowledged_at"], nobody["acknowledgements"]) == (None, None, [])
    assert [each["acknowledgements_missing"] for each in (nobody, anna, both)] == [2, 1, 0]
    assert anna["acknowledgements"] == both["acknowledgements"][:1]
    assert both["acknowledgements"] == [
        {"by": {"id": "anna", "name": "Anna"}, "at": "2026-11-21T09:02:00Z"},
        {"by": {"id": "bruno", "name": "Bruno"}, "at": "2026-11-21T09:03:00Z"},
    ]
    assert both["acknowledged_by"] == anna["acknowledged_by"] == {"id": "anna", "name": "Anna"}
    assert both["acknowledged_at"] == anna["acknowledged_at"] == "2026-11-21T09:02:00Z"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer è".encode()},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_without_the_token_nothing_is_told_or_done(web, headers, method):
    answer = await web.http.request(method, INCIDENTS, json={"title": "Casse"}, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["error"]["code"] == "unauthorized"
    assert (await web.http.get(INCIDENTS, headers=BEARER)).json() == {"incidents": []}


@pytest.mark.parametrize("path", [INCIDENTS, "/api/docs", "/api/openapi.json"])
async def test_without_a_token_of_ours_there_is_no_api(tmp_path, path):
    async with site(tmp_path, api_token=None) as web:
        answer = await web.http.get(path, headers=BEARER)

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["title"]),
        ({"title": ""}, ["title"]),
        ({"title": "x", "severity": 5}, ["severity"]),
        ({"title": "x", "severity": "high"}, ["severity"]),
        ({"title": "x", "scenario": "no_such"}, ["scenario"]),
        ({"title": "x", "colour": "red"}, ["colour"]),
    ],
)
async def test_a_body_that_is_wrong_says_where_and_declares_nothing(web, body, fields):
    answer = await web.http.post(INCIDENTS, json=body, headers=BEARER)

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid"
    assert answer.json()["error"]["fields"] == fields
    assert (await web.http.get(INCIDENTS, headers=BEARER)).json() == {"incidents": []}


async def test_a_title_without_a_word_is_refused_in_a_sentence(web):
    answer = await declares(web, title="\u202e \u200b")

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "title_missing"


@pytest.mark.parametrize(
    ("path", "status"),
    [(f"{INCIDENTS}/999", 404), (f"{INCIDENTS}/{2**70}", 422), (f"{INCIDENTS}/abc", 422), ("/api/v1/nothing", 404)],
)
async def test_what_is_not_there_is_said_in_json(web, path, status):
    answer = await web.http.get(path, headers=BEARER)

    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message", "fields"}


async def test_a_declaration_that_could_not_be_recorded_says_so(web):
    web.watched.down = True

    answer = await declares(web)

    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "not_recorded"
    assert answer.headers["retry-after"]


async def test_the_description_names_every_request_and_the_error_model(web):
    schema = (await web.http.get("/api/openapi.json")).json()
    page = await web.http.get("/api/docs")

    assert {(path, method) for path, methods in schema["paths"].items() for method in methods} == {
        (INCIDENTS, "post"),
        (INCIDENTS, "get"),
        (INCIDENTS + "/{incident}", "get"),
    }
    for methods in schema["paths"].values():
        for operation in methods.values():
            assert operation["security"]
            assert operation["description"]
            assert operation["responses"]["422"]["content"]["application/json"]["schema"]["$ref"].endswith("/Faulty")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert f"POST {INCIDENTS}" in page.text
    assert "Idempotency-Key".lower() in page.text.lower()


# Health


async def test_living_is_one_thing_and_being_ready_another(web):
    web.checks["slack"] = "not connected"

    living, ready = await web.http.get("/healthz"), await web.http.get("/readyz")

    assert living.status_code == 200
    assert ready.status_code == 503
    assert ready.json() == {"status": "unready", "checks": {"database": "ok", "slack": "not connected"}}

    web.checks["slack"] = "ok"
    assert (await web.http.get("/readyz")).status_code == 200


async def metrics(web):
    text = (await web.http.get("/metrics")).text
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return text, {(each.name, *sorted(each.labels.values())): each.value for each in samples}


async def test_whoever_watches_sees_what_is_open_and_how_late_it_is(tmp_path):
    async def effects():
        return {("PageResponder", "pending"): 3, ("OpenChannel", "failed"): 1}

    async with site(tmp_path, effects=effects) as web:
        await web.declares("Furto in magazzino", private=True, scenario=None)
        web.waits(seconds=40)

        text, found = await metrics(web)

    assert found["anticrisi_pages_open",] == 1
    assert found["anticrisi_incidents_open",] == 1
    assert found["anticrisi_oldest_due_age_seconds",] == 40
    assert found["anticrisi_database_up",] == 1
    assert {found["anticrisi_trouble", name] for name in ("slack", "tick", "pages", "database")} == {0}
    assert found["anticrisi_effects", "PageResponder", "pending"] == 3
    assert found["anticrisi_effects", "OpenChannel", "failed"] == 1
    assert not any(word in text for word in ("Furto", "anna", "Anna", "340"))


async def test_a_database_that_does_not_answer_is_a_number_too(web):
    web.watched.down = True

    _, found = await metrics(web)

    assert found["anticrisi_database_up",] == 0


# When all goes wrong


async def test_people_get_a_page_and_programs_json_and_nobody_a_traceback(tmp_path):
    async def broken() -> dict[str, object]:
        raise RuntimeError("the secret is 42")

    async def fails(request):
        raise RuntimeError("the secret is 42")

    async with site(tmp_path, readiness=broken, effects=broken, slack_events=fails) as web:
        answers = [
            await web.http.get("/readyz"),
            await web.http.get("/metrics"),
            await web.http.post("/slack/events", content=b"{}"),
        ]

    for answer in answers:
        assert answer.status_code == 500
        assert answer.json()["error"]["code"] == "failed"
        assert not any(word in answer.text for word in ("secret", "Traceback", "RuntimeError"))
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("language", "path"), [("it", "/nothing"), ("en", "/status/a/b"), ("it", "/status/x.php")])
async def test_an_address_with_nothing_behind_it_is_a_page_in_the_visitor_s_language(web, language, path):
    answer = await web.http.get(path, headers={"Accept-Language": language})

    assert answer.status_code == 404
    assert f'<html lang="{language}">' in answer.text
    assert 'href="/status"' in answer.text


async def test_the_wrong_method_is_refused(web):
    assert (await web.http.post("/status", data={"a": "b"})).status_code == 405
    assert (await web.http.delete(f"{INCIDENTS}/1", headers=BEARER)).json()["error"]["code"] == "method_not_allowed"


async def test_the_front_door_leads_to_the_status_page(web):
    answer = await web.http.get("/")

    assert (answer.status_code, answer.headers["location"]) == (307, "/status")


async def test_slack_is_let_through_with_its_larger_bodies(tmp_path):
    async def events(request):
        return JSONResponse({"read": len(await request.body())})

    async with site(tmp_path, slack_events=events) as web:
        large = await web.http.post("/slack/events", content=b"x" * 300_000)
        too_large = await web.http.post("/slack/events", content=b"x" * 2_000_000)

    assert large.json() == {"read": 300_000}
    assert too_large.status_code == 413


async def test_below_another_site_links_keep_its_path(tmp_path):
    async with site(tmp_path, public_url="https://company.example/crisi/") as web:
        page = await web.http.get("/status?lang=en")

    assert 'href="/crisi/status"' in page.text
    assert 'href="/crisi/status.atom?lang=en"' in page.text
