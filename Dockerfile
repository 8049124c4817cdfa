# The bot. Built by the same script that `make` uses: what is tested is what is shipped.
#
#   docker build -t anticrisi .
#   docker run --env-file .env -p 8080:8080 anticrisi
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md LICENSE ./
COPY tools/install.sh tools/
COPY bot bot
COPY handlers handlers
COPY messages messages
COPY slack slack
COPY examples examples
RUN tools/install.sh image /opt/anticrisi

FROM python:3.11-slim
LABEL org.opencontainers.image.title="anticrisi" \
      org.opencontainers.image.description="A Slack bot for the hour when something is on fire and customers are angry." \
      org.opencontainers.image.licenses="MIT"

RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/anticrisi anticrisi
COPY --from=build /opt/anticrisi /opt/anticrisi

# Everyone reaches a container through its port: loopback would hide it. The embedded database lives in the home,
# which is worth a volume when DATABASE_URL does not point at PostgreSQL.
ENV PATH=/opt/anticrisi/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HTTP_HOST=0.0.0.0 \
    HTTP_PORT=8080 \
    LOG_FORMAT=json
WORKDIR /var/lib/anticrisi
USER 10001
EXPOSE 8080

HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"HTTP_PORT\"]}/healthz', timeout=4)"]

CMD ["anticrisi", "serve"]
