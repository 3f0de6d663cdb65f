# One image for every process: docker-compose.yml says which one a container runs.

FROM node:22-slim AS pages
WORKDIR /build/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-fund --no-audit
COPY frontend/ ./
RUN npm run build

FROM python:3.12-slim
# An index with CPU builds of torch makes a much smaller image, for machines without a GPU.
ARG PIP_EXTRA_INDEX_URL
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1
WORKDIR /tiebreak
COPY requirements.lock ./
RUN pip install -r requirements.lock
COPY pyproject.toml README.md LICENSE alembic.ini ./
COPY app/ app/
COPY workers/ workers/
COPY migrations/ migrations/
COPY --from=pages /build/app/static/ app/static/
RUN pip install --no-deps -e . \
  && useradd --create-home --uid 10001 tiebreak \
  && install -d -o tiebreak -g tiebreak -m 700 /data
USER tiebreak
ENV TIEBREAK_DATA=/data TIEBREAK_HOST=0.0.0.0
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["tiebreak"]
CMD ["serve"]
