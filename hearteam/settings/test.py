"""Settings of the test suite."""

import os

from hearteam.embedded.testing import point_at_test_services
from hearteam.settings.environment import home_dir

# pytest-django imports the settings before any conftest could start a database, hence here; nothing else starts one.
if "PYTEST_VERSION" in os.environ:
    point_at_test_services(home_dir() / "test")

from hearteam.settings.base import *  # noqa: F403
from hearteam.settings.base import DATABASES

DATABASES["default"]["TEST"] = {"NAME": f"test_hearteam_{os.environ.get('HEARTEAM_TEST_RUN', '0')}"}

DEMO = True
SECRET_KEY = "only for tests"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
BOARD_KEPT_SECONDS = 0  # tests make rows that no event tells of
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
REACH_SMS_URL = REACH_VOICE_URL = REACH_EMAIL_URL = "file:"
PUSH_KEY = "1kCdkm_rN1lAqEn9Mnp3CFXNS6zWlPMZmUlsrEg5DYs"  # only for tests
