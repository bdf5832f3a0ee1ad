"""The WSGI door: `gunicorn coalition.wsgi`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
application = get_wsgi_application()

# What is loaded now stays as long as the process: without this, each full collection of garbage
# looks at all of it again, and some request waits a tenth of a second for that.
gc.collect()
gc.freeze()
