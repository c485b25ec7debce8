from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "dispatch"
    verbose_name = "Dispatch: the call"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import dispatch.live.sessions  # noqa: F401, PLC0415  (connects Django's sign-out signal; needs loaded apps)
