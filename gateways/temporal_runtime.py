"""What the Temporal client runs on in this process: where its own warnings go, and where it tells its figures."""

from __future__ import annotations

import logging
from functools import cache

from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

_ANYWHERE = "0.0.0.0"  # noqa: S104  # asked by what collects figures, on an inner network


class PortTaken(Exception):
    """The port on which figures were to be told cannot be had; the message says which."""

    code = "metrics_port_taken"


@cache
def runtime(metrics_port: int = 0) -> Runtime:
    """Give the one of this process; with a port it tells its figures there, for Prometheus.

    Its warnings go where ours go: by itself it writes them to standard output, which may be somebody's JSON.
    Raises PortTaken.
    """
    forwarding = LogForwardingConfig(logger=logging.getLogger("temporalio.core"))
    levels = TelemetryFilter(core_level="WARN", other_level="ERROR")
    figures = PrometheusConfig(
        bind_address=f"{_ANYWHERE}:{metrics_port}",
        counters_total_suffix=True,
        unit_suffix=True,
        durations_as_seconds=True,
    )
    telemetry = TelemetryConfig(
        logging=LoggingConfig(filter=levels, forwarding=forwarding),
        metrics=figures if metrics_port else None,
    )
    try:
        return Runtime(telemetry=telemetry)
    except (RuntimeError, ValueError) as error:
        raise PortTaken(f"端口 {metrics_port} 不能用于给出 Temporal 客户端指标：{error}") from error
