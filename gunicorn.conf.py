"""gunicorn -c gunicorn.conf.py config.wsgi, from the project's root.

PORT or BIND, WEB_CONCURRENCY (processes) and WEB_THREADS (a process) come from the environment.
"""

import os
from pathlib import Path

# `site/` is a source folder and not a package: it goes on the path, read from the current folder.
pythonpath = "site"
wsgi_app = "config.wsgi"

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
# Threads, not processes, wait for the database; eight a process was the best measured.
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS") or 8)

timeout = 60
graceful_timeout = 20
keepalive = 15

# The heartbeat file must not lie on a slow disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# Nothing is written outside the project: the control socket would lie in the home folder.
control_socket_disable = True
accesslog = "-" if os.environ.get("WEB_ACCESS_LOG") == "1" else None
errorlog = "-"
loglevel = os.environ.get("WEB_LOG_LEVEL") or "info"
