# One image for worker, web and migrate; docker-compose.yml says which command each runs.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 BIHUAN_DATA_DIR=/data

# The client tools of the server's own version, for bihuan backup; Debian's are older than the server.
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends postgresql-common ca-certificates \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y -q --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --uid 10001 --user-group --no-create-home bihuan \
    && install -d -o bihuan -g bihuan -m 0750 /data

WORKDIR /app
COPY requirements/run.lock requirements/run.lock
RUN pip install --require-hashes -r requirements/run.lock

COPY . .
# The sandbox loads the workflow's file anew for each life; without bytecode it would compile it each time.
RUN pip install --no-deps --no-build-isolation -e . && python -m compileall -q .

USER bihuan
VOLUME /data
ENTRYPOINT ["bihuan"]
CMD ["--help"]
