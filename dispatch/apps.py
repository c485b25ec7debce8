from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "dispatch"
    verbose_name = "Dispatch: the call"
    default_auto_field = "django.db.models.BigAutoField"
