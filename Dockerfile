# The image of web, live, worker, beat, timers and migrate (docker-compose.yml).
FROM python:3.11-slim AS packages
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.txt

FROM python:3.11-slim
# pg_dump and pg_restore of the server's own version (docker-compose.yml): Debian's are older, and refuse it.
ARG POSTGRES_MAJOR=18
RUN export DEBIAN_FRONTEND=noninteractive && apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends postgresql-client-${POSTGRES_MAJOR} && rm -rf /var/lib/apt/lists/*
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent hearteam
# A volume mounted there takes its owner from here.
RUN mkdir --mode=700 /kept /backups && chown hearteam /kept /backups
COPY --from=packages /venv /venv
WORKDIR /app
COPY manage.py ./
COPY hearteam hearteam
COPY partners partners
COPY dispatch dispatch
COPY templates templates
COPY static static
COPY locale locale
# Any settings can collect; the values are for this step only and reach no layer of the result.
RUN SECRET_KEY=only-for-collectstatic HEARTEAM_HOME=/tmp/build DATABASE_URL=postgresql://none/none REDIS_URL=redis://none \
    python manage.py collectstatic --no-input --verbosity 0 && rm -rf /tmp/build
USER hearteam
