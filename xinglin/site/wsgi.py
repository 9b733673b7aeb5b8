"""What granian serves; each worker is warmed up, and seals the journal every minute."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.site.settings")
application = get_wsgi_application()

from xinglin.journal.sealer import Sealer  # noqa: E402  (models need Django set up)
from xinglin.site.warm import warm  # noqa: E402

Sealer().start()
warm()
