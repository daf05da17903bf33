"""The shop for assistants (Model Context Protocol): tools that look things up, and nothing that does or knows of any customer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Annotated, Any, Literal
from uuid import uuid4

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from bot.channels.access import Access
from bot.channels.bodies import written
from bot.channels.gate import BodyGate, LimitGate
from bot.channels.guests import GuestGate, Guests
from bot.channels.refusals import problem
from bot.seams import Hands
from bot.types import Conversation, Found, Message, Route, Understood
from bot.wiring import OpenShop
from bot.writing.asking import Ask, Compare, Describe, Find, Recommend, call
from bot.writing.budget import Budget
from bot.writing.guard import Guard
from bot.writing.voice import Spoken, Voice
from bot.writing.wordings import Wordings
from knowledge_base.types import Locale, Product

CHANNEL = "mcp"
PATH = "/mcp"
_TURN_S = 20.0
_PRODUCTS, _SOURCES = 10, 5

Language = Annotated[Literal["en", "zh"] | None, Field(description="of the answer; told by the words where left out")]
Words = Annotated[str, Field(min_length=1, max_length=300, description="in English or Chinese")]
Id = Annotated[str, Field(min_length=1, max_length=80, description="a product's id, as `find` gives it")]
Amount = Annotated[float | None, Field(ge=0, le=10_000_000, allow_inf_nan=False)]


class ProductFact(BaseModel):
    """As the catalogue has it."""

    id: str
    title: str
    price: str = Field(description="a decimal number")
    currency: str
    in_stock: bool | None = Field(description="null where stock is unknown")
    url: str
    attributes: dict[str, str]


class Source(BaseModel):
    kind: str
    id: str
    title: str
    text: str


class Looked(BaseModel):
    """`text` says it in words; every number in it is the shop's. `products` and `sources` are what it rests on."""

    text: str
    locale: str
    result: str = Field(description="what came of it: found, described, compared, answer, not_found, ...")
    given_up: str = Field(description="the limit that nothing met, so that it was left out; empty where all were met")
    products: list[ProductFact]
    sources: list[Source]


class Assistant:
    """The tools over one open shop. The words are the template's, checked as all others are: no model writes them."""

    def __init__(self, shop: OpenShop) -> None:
        self._shop = shop
        wordings = Wordings.load(shop.shop.folder)
        guard = Guard(shop.shop, wordings, ())
        self._voice = Voice(shop.shop, wordings, None, budget=Budget(_TURN_S, _TURN_S - 1), guard=guard)

    async def find(self, words: Words, price_from: Amount = None, price_to: Amount = None, in_stock: bool | None = None, cheapest_first: bool = False, locale: Language = None) -> Looked:  # fmt: skip
        """Search the shop's catalogue. Limits may stand in the words, too: `red dress under 50`, `50块以内的保温杯`."""
        asked = Find.model_validate(
            {"words": words, "price_from": price_from, "price_to": price_to, "in_stock": in_stock, "cheapest_first": cheapest_first}
        )  # fmt: skip
        return await self._look("find", asked, words, locale)

    async def describe(self, product_id: Id, question: Words = "Tell me about it", locale: Language = None) -> Looked:
        """What the shop says of one product: price, stock, attributes, or the answer to a question about it."""
        return await self._look("describe", Describe(product_id=self._known(product_id), question=question), question, locale)  # fmt: skip

    async def compare(self, product_ids: Annotated[list[Id], Field(min_length=2, max_length=4)], locale: Language = None) -> Looked:  # fmt: skip
        """Two to four products side by side."""
        ids = [self._known(one) for one in dict.fromkeys(product_ids)]
        if len(ids) < 2:
            raise ToolError("product_ids: the same product twice; give two to four different ones.")
        return await self._look("compare", Compare(product_ids=ids), "compare", locale)

    async def recommend(self, words: Words, like: Id | None = None, locale: Language = None) -> Looked:
        """Products that fit what somebody is looking for; with `like`, such as are similar to that product."""
        asked = Recommend(words=words, like=self._known(like) if like else None)
        return await self._look("recommend", asked, words, locale)

    async def ask(self, question: Words, locale: Language = None) -> Looked:
        """What the shop has written of delivery, returns, payment, opening hours, care and the like."""
        return await self._look("ask", Ask(question=question), question, locale)

    def _known(self, product_id: str) -> str:
        if self._product(product_id, self._shop.shop.default_locale) is None:
            raise ToolError(f"There is no product {product_id!r}; use `find` first, and its ids.")
        return product_id

    async def _look(self, name: str, asked: Find | Describe | Compare | Recommend | Ask, words: str, locale: Locale | None) -> Looked:  # fmt: skip
        message = Message(uuid4().hex, f"{CHANNEL}:{uuid4().hex}", words, datetime.now(UTC), CHANNEL, locale=locale)
        wish, hands, spoken = await self._shop.engine.clerk.hands(message)
        if name == "compare":
            wish = replace(wish, route=Route(name, 1.0))
        found = await call(name, asked, wish, hands, _Any())
        return await self._told(found, hands, spoken)

    async def _told(self, found: Found, hands: Hands, locale: Locale) -> Looked:
        text, history = "", self._empty(found.asked)
        async for piece in self._voice.speak(found, history, locale, self._voice.deadline(), hands):
            if isinstance(piece, Spoken):
                found = piece.found
            else:
                text += piece
        findings = found.findings
        return Looked(
            text=text.strip(), locale=locale, result=findings.say, given_up=findings.relaxed,
            products=[_fact(one) for one in findings.products[:_PRODUCTS]],
            sources=[
                Source(kind=hit.passage.source, id=hit.passage.source_id, title=hit.passage.title, text=hit.passage.text)
                for hit in findings.hits[:_SOURCES]
            ],
        )  # fmt: skip

    def _empty(self, asked: Understood) -> Conversation:
        return Conversation(asked.message.conversation_id)

    def _product(self, product_id: str, locale: Locale) -> Product | None:
        return self._shop.index.current().catalogue.get(product_id, locale)


class _Any(frozenset[str]):
    """Every product may be asked for: its id was looked up."""

    def __contains__(self, one: object) -> bool:
        return True


def _fact(product: Product) -> ProductFact:
    return ProductFact(
        id=product.id, title=product.title, price=written(product.price), currency=product.currency, in_stock=product.in_stock,
        url=product.url, attributes=dict(product.attributes),
    )  # fmt: skip


class _Strict(MCPServer[None]):
    """A misspelt limit isn't passed over: an argument that a tool doesn't have is an error."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Context[None, Any] | None = None) -> Any:
        for tool in await self.list_tools():
            known = [*tool.input_schema["properties"]]
            if tool.name == name and (unknown := sorted(set(arguments) - {*known})):
                raise ToolError(f"{name} has no argument {', '.join(unknown)}; it takes {', '.join(known)}.")
        return await super().call_tool(name, arguments, context)


def server_of(shop: OpenShop) -> MCPServer[None]:
    assistant = Assistant(shop)
    made = _Strict(
        "shopclerk", title=shop.shop.name, version=version("shopclerk"), log_level="WARNING",
        instructions=f"Look things up at {shop.shop.name}. Prices, stock and terms are only what these tools say; orders aren't told here.",
    )  # fmt: skip
    tools: list[Callable[..., Awaitable[Looked]]] = [
        assistant.find, assistant.describe, assistant.compare, assistant.recommend, assistant.ask,
    ]  # fmt: skip
    for tool in tools:
        made.add_tool(tool, annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False))
    return made


def http_app(shop: OpenShop, guests: Guests = Guests(), access: Access = Access(), body_limit: int = 64 * 1024) -> ASGIApp:  # noqa: B008 (frozen)  # fmt: skip
    """Streamable HTTP at /mcp, behind the same gates as the other doors: floods first, then who asks, then how large a body is."""
    unguarded = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # the gate of guests sees to it
    app = server_of(shop).streamable_http_app(
        streamable_http_path=PATH, json_response=True, stateless_http=True, transport_security=unguarded,
        max_request_body_size=body_limit,
    )  # fmt: skip
    app.state.wordings = Wordings.load(shop.shop.folder)
    app.add_exception_handler(HTTPException, _refused)
    app.add_middleware(BodyGate, limit=body_limit, slow_s=access.slow_s)
    app.add_middleware(GuestGate, guests=guests)
    if access.limits is not None:
        app.add_middleware(LimitGate, limits=access.limits)
    return app


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = problem(request.url.path, error.status_code, "Refused", error.detail)
    answer.headers.update(error.headers or {})
    return answer
