"""The API for programs: declare an incident, see those that are open.

Promises stable names, one error model, and that a request repeated with its key declares once, and with the key of
another is refused. Whoever holds the token reports as "api": they see what is not private, and the private incidents
they declared themselves.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, FastAPI, Header, Path, Response
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.domain import page
from bot.domain.incident import IncidentId, Report
from bot.domain.record import Record
from bot.domain.scenario import suggest, suggest_severity
from bot.domain.slugs import PersonId
from bot.domain.traces import KEPT, Trace
from bot.ports import Core
from bot.usecases import look
from bot.usecases.declare import declare
from bot.web.faults import Faults, Faulty
from bot.web.pages import Pages
from messages.customers import iso

VERSION: Final = "1"
REPORTER: Final = PersonId("api")
SCHEMA_PATH: Final = "/api/openapi.json"
DESCRIPTION: Final = (
    "Declare incidents from monitoring, tills, or any other program, and see those that are open. "
    "Every request under /api/v1 carries `Authorization: Bearer <API_TOKEN>`. Times are UTC, ISO 8601. "
    "An answer that is not a success carries `error.code`, which is stable, and `error.message`, which is for people."
)
_LARGEST_ID: Final = 2**31 - 1
_REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    401: {"model": Faulty, "description": "No token, or a wrong one."},
    422: {"model": Faulty, "description": "A field is missing or wrong; nothing was changed."},
    503: {"model": Faulty, "description": "The database does not answer: nothing was recorded. Try again."},
}
_UNKNOWN: Final[dict[int | str, dict[str, Any]]] = {
    404: {"model": Faulty, "description": "There is no such incident, or it is private."}
}
_REUSED: Final[dict[int | str, dict[str, Any]]] = {
    409: {"model": Faulty, "description": "The key was used for another report; nothing was declared."}
}


class NewIncident(BaseModel):
    """What is happening, in as few words as it takes."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=500, description="One line; longer ones are cut at 120 characters.")
    severity: int | None = Field(
        default=None, ge=1, le=4, description="1 is the gravest. Left out, the scenario's, or as the title sounds."
    )
    scenario: str | None = Field(
        default=None, max_length=40, description="A scenario's id in the team document. Left out, the title suggests."
    )
    impact: str = Field(default="", max_length=2000, description="What customers see.")
    private: bool = Field(default=False, description="Seen by those who are called, and by the plan's owners.")


class Called(BaseModel):
    """Somebody who was paged, or who has a role."""

    id: str = Field(description="As in the team document; a Slack user id for others.")
    name: str


class Acknowledgement(BaseModel):
    """Somebody who has it, and since when."""

    by: Called
    at: str


class IncidentFacts(BaseModel):
    """One incident, as it stands."""

    id: int
    name: str = Field(examples=["INC-42"])
    title: str
    severity: int = Field(description="1 (gravest) to 4.")
    status: str = Field(description="investigating, identified, monitoring, resolved, cancelled or merged.")
    open: bool
    private: bool
    scenario: str | None
    impact: str
    declared_at: str
    declared_by: Called
    acknowledged_at: str | None = Field(description="When the first of those who have it took it; null before.")
    acknowledged_by: Called | None = Field(description="The first of those who have it.")
    acknowledgements: list[Acknowledgement] = Field(description="Everyone who has it, the first first.")
    acknowledgements_missing: int = Field(description="How many more are wanted; 0 when nobody else is called.")
    called: list[Called] = Field(description="Everyone who was paged so far, in order.")
    channel: str | None = Field(description="The Slack channel's id, once there is one.")
    customers_told_at: str | None = Field(description="When customers were last told something.")
    customers_expect_word_at: str | None = Field(description="When the next statement is due.")
    resolved_at: str | None
    status_url: str = Field(description="Its public page; it answers once customers were told.")


class DeclaredFacts(BaseModel):
    """What became of a report."""

    joined: bool = Field(description="True when somebody had just declared the same event: it was added to theirs.")
    incident: IncidentFacts


class OpenIncidents(BaseModel):
    """Everything open, gravest and oldest first."""

    incidents: list[IncidentFacts]


def create(core: Core, token: str, pages: Pages, faults: Faults, guard: Middleware) -> FastAPI:
    """The API as an application of its own, with its description."""

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        places = [".".join(map(str, each["loc"][1:])) for each in error.errors()]
        return faults.invalid(request, filter(None, places))

    app = FastAPI(
        title="Anticrisi",
        version=VERSION,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url=SCHEMA_PATH,
        redirect_slashes=False,
        exception_handlers={**faults.handlers, RequestValidationError: invalid},
        middleware=[guard],
    )
    app.include_router(_routes(core, token))
    app.include_router(_docs(app, pages))
    return app


def _routes(core: Core, token: str) -> APIRouter:
    router = APIRouter(
        prefix="/api/v1", tags=["incidents"], dependencies=[Depends(_bearer_of(token))], responses=_REFUSALS
    )

    @router.post("/incidents", status_code=201, summary="Declare an incident", responses=_REUSED)
    async def declare_incident(
        new: NewIncident,
        response: Response,
        idempotency_key: Annotated[
            str | None,
            Header(
                max_length=200,
                description="Your own name for this request. Sent again within "
                f"{KEPT[Trace.GESTURES].days} days, it declares nothing new; with another body it is refused.",
            ),
        ] = None,
    ) -> DeclaredFacts:
        """Record it and call people at once. Answers 200 instead of 201 when it joined an incident just declared."""
        report = await _report(core, new)
        gesture = f"api:{idempotency_key or core.ids.token()}"
        declared = await declare(core, report, by=REPORTER, gesture=gesture, said=_print(new))
        if declared.joined:
            response.status_code = 200
        record = await look.record(core, declared.incident)
        response.headers["Location"] = f"/api/v1/incidents/{declared.incident}"
        return DeclaredFacts(joined=declared.joined, incident=_facts(record))

    @router.get("/incidents", summary="Open incidents")
    async def open_incidents() -> OpenIncidents:
        """Those that go on, gravest and oldest first."""
        seen = await look.overview(core, by=REPORTER)
        return OpenIncidents(incidents=[_facts(each) for each in seen.open])

    @router.get("/incidents/{incident}", summary="One incident", responses=_UNKNOWN)
    async def one_incident(
        incident: Annotated[int, Path(ge=1, le=_LARGEST_ID, description="Its number: 42 for INC-42.")],
    ) -> IncidentFacts:
        """As it stands now, open or over."""
        return _facts(await look.record(core, IncidentId(incident), by=REPORTER))

    return router


def _docs(app: FastAPI, pages: Pages) -> APIRouter:
    """The description as a page: no script, nothing fetched from elsewhere."""

    async def described() -> HTMLResponse:
        return HTMLResponse(pages.draw("api.html", {"schema": app.openapi(), "schema_path": "openapi.json"}))

    router = APIRouter(include_in_schema=False)
    router.add_api_route("/api/docs", described, methods=["GET", "HEAD"], response_class=HTMLResponse)
    return router


def _bearer_of(token: str) -> Any:
    scheme = HTTPBearer(auto_error=False, description="The value of API_TOKEN.")

    async def bearer(given: HTTPAuthorizationCredentials | None = Depends(scheme)) -> None:
        """Compared in constant time: how long it takes tells nothing of the token."""
        shown = given.credentials if given else ""
        if not hmac.compare_digest(shown.encode(), token.encode()):
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})

    return bearer


def _print(new: NewIncident) -> str:
    """Enough to know the same report again."""
    return hashlib.sha256(new.model_dump_json().encode()).hexdigest()


async def _report(core: Core, new: NewIncident) -> Report:
    document = (await look.roster(core)).document
    if new.scenario and (document is None or document.scenario(new.scenario) is None):
        raise RequestValidationError([{"loc": ("body", "scenario"), "type": "unknown", "msg": "no such scenario"}])
    scenarios = document.scenarios if document else ()
    scenario = document.scenario(new.scenario) if document and new.scenario else suggest(new.title, scenarios)
    severity = new.severity or suggest_severity(new.title, scenario)
    return Report(new.title, int(severity), scenario.id if scenario else None, new.impact, new.private)


def _facts(record: Record) -> IncidentFacts:
    incident, ladder, due, last = record.incident, record.ladder, record.customers_deadline, record.last_published
    taken = [_acknowledgement(record, each) for each in ladder.acknowledgements] if ladder else []
    return IncidentFacts(
        id=incident.id,
        name=incident.name,
        title=incident.title,
        severity=incident.severity,
        status=str(incident.status),
        open=incident.open,
        private=incident.private,
        scenario=incident.scenario,
        impact=incident.impact,
        declared_at=iso(incident.declared_at),
        declared_by=_called(record, incident.reporter),
        acknowledged_at=taken[0].at if taken else None,
        acknowledged_by=taken[0].by if taken else None,
        acknowledgements=taken,
        acknowledgements_missing=ladder.missing if ladder else 0,
        called=[_called(record, person) for person in record.called],
        channel=incident.room.channel,
        customers_told_at=_moment(last.published_at if last else None),
        customers_expect_word_at=_moment(due.due_at if due else None),
        resolved_at=_moment(incident.resolved_at),
        status_url=record.status_url,
    )


def _acknowledgement(record: Record, taken: page.Acknowledgement) -> Acknowledgement:
    return Acknowledgement(by=_called(record, taken.by), at=iso(taken.at))


def _called(record: Record, person: PersonId) -> Called:
    return Called(id=str(person), name=record.roster.name(person))


def _moment(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
