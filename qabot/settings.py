"""Settings: what a person can change, from a flag, a ``QABOT_*`` variable or ``qabot.toml``, in this order."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from qabot.errors import SettingsError, did_you_mean

FILE = "qabot.toml"
PREFIX = "QABOT_"
EXTRACTIVE = "extractive"
PACKAGED_ENCODER = "all-MiniLM-L6-v2"
PROXIES = "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY"
"""The variables of the environment that say through which proxy a server is asked, or that it is asked without one."""
_ADDRESSES, _SECRETS = ("base_url", "chroma"), ("chroma_token",)  # the settings that are one
_PATHS = ("index", "answer_cache", "encoder", "prompts", "state")  # or may be one
_CREDENTIALS = re.compile(r"^(\w+://)?.*@")
_IPV4 = re.compile(r"\d+(?:\.\d+){3}")
_ON_THIS_MACHINE = 600.0  # seconds: a laptop's processor may read for minutes before the first word


class Settings(BaseSettings):
    """All settings; frozen. A field's description says what the setting does."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=FILE, frozen=True, extra="forbid", validate_default=True, env_ignore_empty=True
    )

    index: Path | None = Field(None, description="folder of the index; unset: ./index, else the starter articles")
    chroma: str | None = Field(None, description="address of a Chroma server (`docs/scaling.md`); unset: none")
    chroma_token: SecretStr | None = Field(None, description="token that the server, or a proxy before it, asks for")
    chroma_timeout: float = Field(30, gt=0, le=86_400, description="seconds to wait for an answer of the Chroma server")
    model: str = Field(EXTRACTIVE, description="who writes the answer: extractive, or provider:name")
    base_url: str | None = Field(None, description="address of a server that speaks the model provider's protocol")
    model_timeout: float = Field(
        60, gt=0, le=86_400, description="seconds to wait for the language model; for one on this machine 600"
    )
    fallback: Literal["extractive"] | None = Field(
        None, description="who answers where the language model fails: extractive; unset: nobody"
    )
    answer_cache: Path | None = Field(
        None, description="file of a language model's answers, to have them again without it; unset: none"
    )
    tracing: bool = Field(False, description="let LangSmith's variables trace what a language model is asked")
    passages: int = Field(
        10,
        ge=1,
        le=50,
        description="how many passages an answer may rest on; a language model gets the best, about 600 tokens",
    )
    encoder: str = Field(PACKAGED_ENCODER, description="the sentence-transformers model, by name or folder")
    prompts: Path | None = Field(None, description="folder with prompts of your own; unset: those that come with qabot")
    state: Path | None = Field(None, description="folder for sessions and history; unset: the user's state folder")
    vi_keys: bool = Field(False, description="in a chat edit with the keys of vi instead of those of emacs")
    max_article_mb: float = Field(
        10,
        gt=0,
        le=100_000,
        description="a larger file, in megabytes, or line of an archive is skipped; archives have any size, feeds 50",
    )
    allow_private_addresses: bool = Field(False, description="read URLs on this machine and the local network too")
    web_pause: float = Field(1, ge=0, le=3_600, description="seconds between two requests to the same host")
    max_pages: int = Field(
        1000, ge=1, le=1_000_000_000, description="how many pages are read of those that a feed or sitemap names"
    )

    @field_validator(*_ADDRESSES)
    @classmethod
    def _server_address(cls, address: str | None) -> str | None:
        return None if address is None else server_address(address)

    @field_validator(*_PATHS)
    @classmethod
    def _expanded(cls, path: Path | str | None) -> Path | str | None:
        return path and type(path)(os.path.expanduser(path))

    @property
    def model_is_local(self) -> bool:
        """True if the language model runs on this machine, to go by its address or, without one, by its provider."""
        if self.base_url is None:
            return self.model.partition(":")[0].lower() == "ollama"
        host = urlsplit(self.base_url).hostname or ""
        return host in ("localhost", "::1", "0.0.0.0") or host.startswith("127.")  # noqa: S104 - asked, not served

    @property
    def patience(self) -> float:
        """The seconds that a language model has for its first word, and from each word to the next.

        That is ``model_timeout``; where nobody set it, a model on this machine has longer.
        """
        longer = self.model_is_local and "model_timeout" not in self.model_fields_set
        return _ON_THIS_MACHINE if longer else self.model_timeout

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources of settings: flags win over variables, variables over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def server_address(address: str) -> str:
    """Return the address of a server as it is used.

    Raises:
        ValueError: it is none.
    """
    try:
        parts = urlsplit(address.strip())
        good = parts.scheme in ("http", "https") and _is_host(parts.hostname or "") and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment or not address.isprintable() or " " in address.strip():
        raise ValueError("write http://HOST:PORT or https://HOST, with its path where it has one")
    return address.strip().rstrip("/")


def without_password(address: str) -> str:
    """Return what may be no address, to be shown: without user name and password."""
    return _CREDENTIALS.sub(r"\1", address)


def _is_host(name: str) -> bool:
    """True if a name can be looked up; raises a ValueError where it is a wrong number or can be no name."""
    if ":" in name:
        IPv6Address(name)
    elif _IPV4.fullmatch(name):
        IPv4Address(name)
    return bool(name.encode("idna").decode("idna"))


def load_settings(**flags: Any) -> Settings:
    """Return the settings in force in the working directory; no token of another origin for a server of the file.

    Args:
        flags: values from the command line; those that are None were not given.

    Raises:
        SettingsError: a name is unknown, a value is wrong, or ``qabot.toml`` is no TOML.
    """
    _refuse_unknown_variables()
    try:
        settings = Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        raise SettingsError(_one_line(error)) from error
    except (ValueError, OSError) as error:  # TOML that does not parse, a file that may not be read
        raise SettingsError(f"{FILE} cannot be read: {error}. Mend or remove it.") from error
    except RecursionError as error:
        raise SettingsError(f"{FILE} cannot be read: its brackets are nested too deep. Mend or remove it.") from error
    if flags.get("chroma") is None and is_from_file(settings, "chroma") and not is_from_file(settings, "chroma_token"):
        # The file in the working directory may be a stranger's: no token is sent to an address that it names.
        return settings.model_copy(update={"chroma_token": None})
    return settings


def with_model(settings: Settings, model: str) -> Settings:
    """Return the settings with another model; an address is that of the model that they name, if they name one."""
    other = settings.model != EXTRACTIVE and model.partition(":")[0] != settings.model.partition(":")[0]
    return settings.model_copy(update={"model": model, "base_url": None if other else settings.base_url})


def is_from_file(settings: Settings, name: str) -> bool:
    """True if the value of a setting is the one in ``qabot.toml`` of the working directory, and no variable's."""
    if os.environ.get(PREFIX + name.upper()):
        return False
    try:
        file = tomllib.loads(Path(FILE).read_text("utf-8"))
        if name not in file:
            return False
        # As it is read: an address without its last slash, "yes" as true.
        return bool(getattr(Settings(**{name: file[name]}), name) == getattr(settings, name))
    except (OSError, ValueError):
        return False


def _refuse_unknown_variables() -> None:
    for variable in sorted(os.environ):
        name = variable[len(PREFIX) :].lower()
        # pydantic would take one in small letters, too, and a shell tells the two apart.
        if variable.upper().startswith(PREFIX) and variable not in {
            f"{PREFIX}{each.upper()}" for each in Settings.model_fields
        }:
            near = _nearest(name, lambda each: PREFIX + each.upper())
            raise SettingsError(f"There is no setting {variable}. {near} Unset it.")


def _one_line(error: ValidationError) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"There is no setting {name!r}. {_nearest(name)} Remove it from {FILE}."
    where = f"{PREFIX}{name.upper()} or {FILE}"
    reason = first["msg"].removeprefix("Value error, ").replace("Input should", "it should", 1)
    value = without_password(str(first["input"])) if name in _ADDRESSES else first["input"]
    shown = "what it is" if name in _SECRETS else repr(value)
    return f"The setting {name} cannot be {shown}: {reason}. Change it ({where})."


def _nearest(name: str, shown: Callable[[str], str] = str) -> str:
    return (
        did_you_mean(name.lower(), Settings.model_fields, shown)
        or f"There are: {', '.join(map(shown, Settings.model_fields))}."
    )
