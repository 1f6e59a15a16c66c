# One image for worker, web and migrate; docker-compose.yml says which command each runs.
FROM python:3.11-slim-bookworm AS built

ENV PIP_NO_CACHE_DIR=1 PATH=/opt/bihuan/bin:$PATH

RUN python -m venv /opt/bihuan
WORKDIR /app
COPY requirements/run.lock requirements/run.lock
RUN pip install --require-hashes -r requirements/run.lock

COPY . .
# The sandbox loads the workflow's file anew for each life; without bytecode it would compile it each time.
RUN pip install --no-deps --no-build-isolation -e . && python -m compileall -q .

FROM postgres:17-bookworm AS database

FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BIHUAN_DATA_DIR=/data PATH=/opt/bihuan/bin:$PATH

# The client tools for bihuan backup come from the very image of the server; libpq5 brings what they stand on.
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends ca-certificates libpq5 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home bihuan \
    && install -d -o bihuan -g bihuan -m 0750 /data
COPY --from=database /usr/lib/postgresql/17/bin/pg_dump /usr/lib/postgresql/17/bin/pg_restore \
    /usr/lib/postgresql/17/bin/psql /usr/local/bin/
COPY --from=database /usr/lib/*-linux-gnu/libpq.so.5* /usr/local/lib/
RUN ldconfig && pg_dump --version && pg_restore --version && psql --version

COPY --from=built /opt/bihuan /opt/bihuan
COPY --from=built /app /app
WORKDIR /app

USER bihuan
VOLUME /data
ENTRYPOINT ["bihuan"]
CMD ["--help"]
