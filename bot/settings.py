"""The only module that reads the environment (and `.env`). Every name starts with SHOPCLERK_."""

from __future__ import annotations

import difflib
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import BadSetting

PREFIX = "SHOPCLERK_"
_ADDRESS = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")
_SUPERGROUPS = -1_000_000_000_000
"""Ids of Telegram's supergroups lie below."""
_SECRET = re.compile(r"KEY|SECRET|TOKEN$|PASSWORD")


class Settings(BaseSettings):
    """All settings with their defaults; `shopclerk doctor` shows them."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, populate_by_name=True
    )

    data_dir: Path = Field(default=Path(".shopclerk"), description="where indexes and conversations are kept")
    shop: Path | None = Field(default=None, description="a folder with shop.toml; the sample shop where unset")
    embedder: str = Field(
        default="bundled", min_length=1, description="bundled, multilingual-e5-small, a model folder, or a hub id"
    )
    reranker: str = Field(
        default="bundled", min_length=1, description="bundled, none, a ranker's or a cross-encoder's folder"
    )
    answerable: Path | None = Field(
        default=None, description="the card of `eval calibrate`: how likely what was found answers a question"
    )
    recommender: Path | None = Field(
        default=None, description="the folder of `train recommender`; DATA_DIR/<shop>/recommender where unset"
    )
    describer: Path = Field(
        default=Path("describer"), description="the folder of `train describer`, for `describe --writer tuned`"
    )
    allow_download: bool = Field(default=False, description="whether a hub id may be fetched from its hub")
    writer: Literal["template", "chat", "agent"] = Field(default="template", description="who words the replies")
    llm_base_url: str = Field(
        default="", description="an OpenAI-compatible endpoint, such as http://localhost:11434/v1"
    )
    llm_model: str = ""
    llm_api_key: SecretStr | None = None
    llm_price_in: Decimal = Field(default=Decimal(0), ge=0, description="money per million tokens read")
    llm_price_out: Decimal = Field(default=Decimal(0), ge=0, description="money per million tokens written")
    llm_fallback_base_url: str = Field(default="", description="asked where the first endpoint fails")
    llm_fallback_model: str = ""
    llm_fallback_api_key: SecretStr | None = None
    llm_fallback_price_in: Decimal = Field(default=Decimal(0), ge=0)
    llm_fallback_price_out: Decimal = Field(default=Decimal(0), ge=0)
    llm_daily_cost: Decimal | None = Field(default=None, gt=0, description="money a day, in the prices' currency")
    llm_daily_tokens: int | None = Field(default=None, gt=0)
    llm_turn_s: float = Field(default=6.0, ge=0.5, le=60, description="seconds a turn may take")
    llm_first_s: float = Field(default=1.5, ge=0.1, le=60, description="seconds until the template speaks instead")
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    body_limit_kb: int = Field(default=64, ge=1, le=10_000)
    merge_window_s: float = Field(
        default=1.5, ge=0, le=30, description="seconds in which short messages in a row become one turn; 0 is off"
    )
    merge_longest_s: float = Field(
        default=6.0, ge=0, le=120, description="seconds that the first of them waits at most"
    )
    turns_at_once: int = Field(
        default=8,
        ge=0,
        le=256,
        description="conversations that are answered at the same time; with 0 other processes answer",
    )
    webhook_secrets: SecretStr | None = Field(
        default=None, description="whsec_ keys of signed requests; two with a space between while one is replaced"
    )
    public_url: str = Field(
        default="", description="where customers reach us, such as https://chat.example; for links in messages"
    )
    customer_secret: SecretStr | None = Field(default=None, description="signs customers in by HS256; 32 bytes or more")
    customer_jwks: str = Field(
        default="", description="a JWKS file or https address with the keys that sign customers in"
    )
    customer_audience: str = Field(default="", description="`aud` of a customer's token: the name the shop gives us")
    customer_issuer: str = Field(default="", description="`iss` of a customer's token, where it is to be looked at")
    origins: str = Field(
        default="", description="the pages that may call us, such as https://shop.example, with commas"
    )
    keep_days: int | None = Field(default=180, ge=1, description="days that a conversation is kept after its last turn")
    mcp_keys: SecretStr | None = Field(
        default=None,
        description="keys of assistants at `shopclerk mcp --http`, 24 characters or more, with spaces; `none`: everybody",
    )
    mcp_hosts: str = Field(
        default="", description="names under which assistants reach `shopclerk mcp --http` from elsewhere, with commas"
    )
    orders_url: str = Field(default="", description="the shop's own service of orders, docs/access.md")
    orders_api_key: SecretStr | None = None
    limits: SecretStr = Field(
        default=SecretStr("memory"), description="where limits are counted: memory, or redis://host:port/0"
    )
    limit_customer: int = Field(default=20, ge=1, description="messages a minute of one conversation or customer")
    limit_address: int = Field(default=120, ge=1, description="requests a minute of one address")
    limit_all: int = Field(default=6000, ge=1, description="requests a minute in all")
    proxies: str = Field(
        default="127.0.0.1", description="addresses of reverse proxies whose X-Forwarded-For is believed, with commas"
    )
    slow_s: float = Field(default=10.0, gt=0, le=300, description="seconds that a client may take to send a request")
    telegram_bot_token: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("TELEGRAM_BOT_TOKEN", "SHOPCLERK_TELEGRAM_BOT_TOKEN"),
        description="as BotFather gave it",
    )
    telegram_api_base: str = Field(
        default="",
        validation_alias=AliasChoices("TELEGRAM_API_BASE", "SHOPCLERK_TELEGRAM_API_BASE"),
        description="another Bot API server, such as http://localhost:8081",
    )
    telegram_webhook_secret: SecretStr | None = Field(
        default=None,
        description="what Telegram has to send with each update to `shopclerk serve`; 24 characters or more",
    )
    telegram_desk: int | None = Field(
        default=None, description="the id of the colleagues' supergroup with topics, such as -1001234567890"
    )
    chatwoot_url: str = Field(default="", description="your Chatwoot, such as https://chat.shop.example")
    chatwoot_token: SecretStr | None = Field(default=None, description="the access token of the agent bot")
    chatwoot_secret: SecretStr | None = Field(
        default=None, description="the agent bot's secret, by which its events are signed; 24 characters or more"
    )
    desk_quiet_min: float = Field(
        default=30, gt=0, le=10_080, description="minutes without a word of a colleague until the clerk comes back"
    )
    desk_url: str = Field(default="", description="where colleagues open the desk, for alerts: https://host/desk")
    desk_names: bool = Field(default=False, description="whether customers read which colleague speaks")
    smtp_host: str = Field(default="", description="the mail server that sends alerts of the desk, docs/desk.md")
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="how the line is kept secret; `none` for a server on this machine alone"
    )
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    smtp_from: str = Field(default="", description="who alerts come from, such as clerk@shop.example")
    smtp_to: str = Field(default="", description="who is alerted, with commas")
    webhook_url: str = Field(
        default="", description="where signed messages go that are no reply, such as a colleague's words: https://..."
    )
    trial: str = Field(
        default="1",
        pattern=r"^[A-Za-z0-9._-]{1,60}$",
        description="the trial of recommendations: a new name deals its arms anew",
    )
    trial_held_out: float = Field(
        default=0.0, ge=0, le=0.9, description="share of customers who are held out of recommendations, 0 to .9"
    )
    trial_shows: Literal["popular", "nothing"] = Field(
        default="popular", description="what they get: what everybody likes, or no recommendation"
    )
    trial_models: str = Field(
        default="default",
        description="what the others get, with commas: default, counted, popular, or NAME=FOLDER of a trained model",
    )
    ab: Path | None = Field(
        default=None, description="a file that deals conversations between two ways of answering, docs/ab.md"
    )
    ab_api_key: SecretStr | None = Field(default=None, description="of an endpoint that only B asks")
    log_level: Literal["debug", "info", "warning", "error"] = "warning"

    @model_validator(mode="after")
    def _endpoints_are_whole(self) -> Self:
        """Raises BadSetting: what a language model needs is there, and nothing that it can't do is asked of it."""
        if self.writer != "template" and not (self.llm_base_url and self.llm_model):
            missing = "llm_model" if self.llm_base_url else "llm_base_url"
            raise _bad(
                missing, "", f"SHOPCLERK_WRITER={self.writer} needs it, and SHOPCLERK_LLM_MODEL and _BASE_URL both"
            )
        if bool(self.llm_fallback_base_url) != bool(self.llm_fallback_model):
            missing = "llm_fallback_model" if self.llm_fallback_base_url else "llm_fallback_base_url"
            raise _bad(missing, "", "a fallback needs SHOPCLERK_LLM_FALLBACK_BASE_URL and _MODEL both")
        for name in ("llm_base_url", "llm_fallback_base_url", "orders_url", "webhook_url", "desk_url", "public_url"):
            _check_url(name, getattr(self, name))
        if self.llm_daily_cost is not None:
            for way in ("llm", "llm_fallback") if self.llm_fallback_model else ("llm",):
                if not (getattr(self, f"{way}_price_in") or getattr(self, f"{way}_price_out")):
                    needs = f"SHOPCLERK_{way.upper()}_PRICE_IN and _PRICE_OUT, money per million tokens"
                    raise _bad("llm_daily_cost", str(self.llm_daily_cost), f"it can't be kept without {needs}")
        self._check_mail()
        if self.telegram_desk is not None and self.telegram_desk > _SUPERGROUPS:
            raise _bad("telegram_desk", str(self.telegram_desk), "a supergroup's id begins with -100, such as -1001234567890 (docs/telegram.md)")  # fmt: skip
        if self.webhook_url and self.webhook_secrets is None:
            raise _bad("webhook_url", self.webhook_url, "what goes there is signed: set SHOPCLERK_WEBHOOK_SECRETS")
        if self.llm_first_s >= self.llm_turn_s:
            raise _bad(
                "llm_first_s", str(self.llm_first_s), f"it has to be below SHOPCLERK_LLM_TURN_S, {self.llm_turn_s:g}"
            )
        return self

    def _check_mail(self) -> None:
        """Raises BadSetting: alerts need to come from somebody and to go to somebody."""
        for name in ("smtp_from", "smtp_to") if self.smtp_host else ():
            told = [one.strip() for one in getattr(self, name).split(",")]
            if not all(_ADDRESS.fullmatch(one) for one in told) or (name == "smtp_from" and len(told) > 1):
                raise _bad(name, getattr(self, name), "with SHOPCLERK_SMTP_HOST it should be an address such as desk@shop.example")  # fmt: skip
        if self.smtp_tls == "none" and self.smtp_password is not None:
            raise _bad("smtp_tls", "none", "a password doesn't go over an open line; use starttls or tls")


def _check_url(name: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.scheme in ("http", "https") and (parts.port or 1) > 0
    except ValueError:
        named = False
        parts = urlsplit("")
    if url and not named:
        raise _bad(name, url, "it should be a URL such as https://host/v1")
    if parts.username or parts.password or parts.query:
        raise _bad(name, f"{parts.scheme}://***", "a key has no place in it; set the matching ..._API_KEY")


def _bad(name: str, value: str, allowed: str) -> BadSetting:
    return BadSetting(PREFIX + name.upper(), value, allowed + ".")


def load_settings(**given: Any) -> Settings:
    """From the environment and `.env`; `given` wins. Raises BadSetting for an unknown name or a wrong value."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    set_to = {**dotenv_values(".env"), **os.environ}
    for name, value in set_to.items():
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, 1, cutoff=0.8)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}."
            raise BadSetting(
                name, _shown(f"{name} {near[0] if near else ''}", value or ""), f"there is no such setting; {hint}"
            )
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise BadSetting(
            name, _shown(name, str(first["input"])), first["msg"].replace("Input should", "it should") + "."
        ) from error


def _shown(name: str, value: str) -> str:
    """What may stand in an error: never a key, its name misspelt included."""
    return "***" if value and _SECRET.search(name) else value
