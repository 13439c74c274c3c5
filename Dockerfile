# docker build -t samphan .    docker run -p 8000:8000 -v samphan:/srv/samphan/data -e SAMPHAN_URL=https://crm.example.co.th samphan
FROM python:3.12-slim-bookworm AS wheel
WORKDIR /source
COPY . .
RUN python -m venv .venv && .venv/bin/pip install --quiet '.[build]' \
    && .venv/bin/python -m samphan.ui.build && .venv/bin/python scripts/messages.py compile \
    && .venv/bin/pip wheel --quiet --no-deps --wheel-dir /wheel .

FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 && rm -rf /var/lib/apt/lists/* \
    && useradd --home-dir /srv/samphan --uid 10001 samphan && install -d -o samphan -m 700 /srv/samphan /srv/samphan/data
COPY --from=wheel /wheel /wheel
RUN pip install --no-cache-dir "$(ls /wheel/*.whl)[s3,otel]" && rm -rf /wheel
USER samphan
WORKDIR /srv/samphan
ENV SAMPHAN_HOME=/srv/samphan/data SAMPHAN_HOST=0.0.0.0 SAMPHAN_LOG_FORMAT=json
VOLUME /srv/samphan/data
EXPOSE 8000
HEALTHCHECK --interval=30s --start-period=120s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8000/healthz', timeout=5)"]
# Its own init reaps what the database leaves: docker run --init.
ENTRYPOINT ["samphan"]
CMD ["serve"]
