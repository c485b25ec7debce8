"""By which kinds of channel this installation can reach people."""

from __future__ import annotations

from django.conf import settings

from dispatch.rules.reaching import ORDER_OF_CHANNELS, ChannelKind


def outlet_urls() -> dict[ChannelKind, str]:
    """Where each kind but push goes out: an Apprise address with `{to}` in it, or `file:PATH`. Empty: not at all."""
    return {
        ChannelKind.SMS: settings.REACH_SMS_URL,
        ChannelKind.VOICE: settings.REACH_VOICE_URL,
        ChannelKind.EMAIL: settings.REACH_EMAIL_URL,
    }


def offered() -> list[ChannelKind]:
    """The kinds of channel that are set up here, in the order they are tried."""
    urls = outlet_urls()
    return [kind for kind in ORDER_OF_CHANNELS if (settings.PUSH_KEY if kind is ChannelKind.PUSH else urls[kind])]
