"""Who may come in by the web, and how often: the settings made into what the doors ask. A bad secret is found here, before serving."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.channels.customers import Customers
from bot.channels.jwks import PublicKeys
from bot.channels.limits import Buckets, Limits, MemoryBuckets, RedisBuckets
from bot.channels.signing import Keys
from bot.errors import BadSetting, WeakSecret
from bot.settings import Settings

_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Access:
    """Without `limits` everything comes in, as often as it likes: for tests and for one's own machine."""

    customers: Customers | None = None
    keys: Keys | None = None
    origins: tuple[str, ...] = ()
    limits: Limits | None = None
    slow_s: float = 10.0


def access_of(settings: Settings) -> Access:
    """Raises BadSetting."""
    return Access(
        customers=_customers(settings),
        keys=_keys(settings),
        origins=tuple(_origin(text.strip()) for text in settings.origins.split(",") if text.strip()),
        limits=Limits(_buckets(settings), settings.limit_customer, settings.limit_address, settings.limit_all),
        slow_s=settings.slow_s,
    )


def _customers(settings: Settings) -> Customers | None:
    secret, jwks = _plain(settings.customer_secret).encode(), settings.customer_jwks
    if not (secret or jwks):
        return None
    if not settings.customer_audience:
        needs = "a token has to be for us: name SHOPCLERK_CUSTOMER_AUDIENCE, which the shop puts into `aud`."
        raise BadSetting("SHOPCLERK_CUSTOMER_AUDIENCE", "", needs)
    if "://" in jwks and not _is_safe(jwks):
        raise BadSetting("SHOPCLERK_CUSTOMER_JWKS", jwks, "it should be a file or an https address.")
    try:
        keys = PublicKeys(jwks) if jwks else None
        return Customers(settings.customer_audience, secret, keys, settings.customer_issuer)
    except WeakSecret as error:
        raise BadSetting("SHOPCLERK_CUSTOMER_SECRET", "***", str(error)) from None


def _keys(settings: Settings) -> Keys | None:
    text = _plain(settings.webhook_secrets)
    if not text:
        return None
    try:
        return Keys.of(text)
    except WeakSecret as error:
        raise BadSetting("SHOPCLERK_WEBHOOK_SECRETS", "***", str(error)) from None


def _buckets(settings: Settings) -> Buckets:
    where = settings.limits.get_secret_value()
    if where == "memory":
        return MemoryBuckets()
    if not where.startswith(("redis://", "rediss://", "unix://")):
        raise BadSetting("SHOPCLERK_LIMITS", "***", "it should be memory, or redis://host:port/0.")
    if find_spec("redis") is None:
        raise BadSetting("SHOPCLERK_LIMITS", "***", "it needs an extra: pip install 'shopclerk[redis]'.")
    return RedisBuckets(where)


def _origin(text: str) -> str:
    """Exactly as a browser sends it; no pattern, no path, no `null`."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or "*" in text or text != f"{parts.scheme}://{parts.netloc}" or "@" in text:  # fmt: skip
        raise BadSetting(
            "SHOPCLERK_ORIGINS", text, "each should be scheme and host alone, such as https://shop.example."
        )
    return text.lower()


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""
