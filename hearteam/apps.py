"""The administration site as an app: Django's own, with our site in place of the default one."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "hearteam.administration.CenterAdminSite"
