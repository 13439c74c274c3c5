"""The platform: what every domain stands on."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "samphan.platform"
    label = "platform"

    def ready(self) -> None:
        from samphan.platform import followers, rowchanges

        followers.register(followers.Follower("rowchanges.forgetting", rowchanges.forget_taken, 60.0))
