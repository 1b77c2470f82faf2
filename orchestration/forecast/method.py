"""Two ways to forecast a count, each with an interval: a damped trend, and the same half term of the year before."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.stats import t as students_t
from statsmodels.tsa.holtwinters import ExponentialSmoothing

DAMPED_TREND, SEASONAL_NAIVE = "damped_trend", "seasonal_naive"
ESTIMATED = 4  # parameters that the data fix: two smoothing weights, the first level, the first slope


@dataclass(frozen=True)
class Setting:
    """What ref_forecast_setting says; the names are its columns'."""

    half_terms_ahead: int
    half_terms_a_year: int
    minimum_half_terms: int
    damping: float
    interval_rate: float
    backtest_half_terms: int


@dataclass(frozen=True)
class History:
    """Children in scope, those assessable, those raised: one number per half term, the oldest first."""

    children: tuple[int, ...]
    assessable: tuple[int, ...]
    raised: tuple[int, ...]


@dataclass(frozen=True)
class Forecast:
    """Whole children, half terms ahead counted from 1: what is expected, and the least and most of the interval."""

    method: str
    half_terms_ahead: int
    count: int
    lower: int
    upper: int


@lru_cache(maxsize=10_000)  # a zone of one pyramid has the pyramid's histories
def forecast(history: History, setting: Setting) -> tuple[Forecast, ...]:
    """Both methods for each half term ahead; nothing where the history is shorter than the setting asks for.

    Neither method goes below nought or above the children in scope at the end of the history.
    """
    if len(history.raised) < setting.minimum_half_terms:
        return ()
    found = {DAMPED_TREND: damped_trend(history, setting), SEASONAL_NAIVE: seasonal_naive(history, setting)}
    return tuple(
        _whole(method, ahead, mean, half_width, history.children[-1])
        for method, (means, half_widths) in found.items()
        for ahead, (mean, half_width) in enumerate(zip(means, half_widths, strict=True), start=1)
    )


def damped_trend(history: History, setting: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Holt's method with a damped trend on the share raised of those assessable, times the last number assessable.

    Returns what is expected and half the width of the interval, in children. The width has two parts: how far the
    share strays, after the state-space model of the method (ETS(A,Ad,N)), and how far the number assessable has moved
    over as many half terms.
    """
    assessable = np.array(history.assessable, dtype=float)
    shares = np.array(history.raised) / assessable
    model = ExponentialSmoothing(shares, trend="add", damped_trend=True, initialization_method="heuristic")
    with np.errstate(divide="ignore"):  # the information criteria of a share that never moved, which nobody asks for
        fitted = model.fit(damping_trend=setting.damping, method="least_squares", use_brute=False)
        expected = np.clip(fitted.forecast(setting.half_terms_ahead), 0, 1)
    free = len(shares) - ESTIMATED
    deviation = share_deviations(
        fitted.sse / free,
        fitted.params["smoothing_level"],
        fitted.params["smoothing_trend"],
        setting.damping,
        setting.half_terms_ahead,
    )
    moves = np.array(
        [
            np.sqrt(np.mean((assessable[ahead:] / assessable[:-ahead] - 1) ** 2))
            for ahead in range(1, setting.half_terms_ahead + 1)
        ]
    )
    return expected * assessable[-1], reach(setting, free) * np.hypot(deviation, expected * moves) * assessable[-1]


def share_deviations(variance: float, level: float, trend: float, damping: float, ahead: int) -> np.ndarray:
    """Standard deviations of ETS(A,Ad,N) for 1 to `ahead` steps; `variance` is that of one step.

    `trend` is Holt's weight of the change in level, so the model's own weight is level × trend.
    """
    damped = np.cumsum(damping ** np.arange(1, ahead))
    weights = level + level * trend * damped
    return np.sqrt(variance * (1 + np.concatenate([[0.0], np.cumsum(weights**2)])))


def seasonal_naive(history: History, setting: Setting) -> tuple[np.ndarray, np.ndarray]:
    """As many as in the same half term of the year before; strays as a year has strayed from the one before it.

    Returns what is expected and half the width of the interval, in children.
    """
    raised = np.array(history.raised, dtype=float)
    year = setting.half_terms_a_year
    ahead = np.arange(setting.half_terms_ahead)
    expected = raised[len(raised) - year + ahead % year]
    change_over_a_year = raised[year:] - raised[:-year]
    return expected, reach(setting, len(change_over_a_year)) * np.sqrt(
        np.mean(change_over_a_year**2) * (1 + ahead // year)
    )


def reach(setting: Setting, free: int) -> float:
    """Standard deviations from the middle to either end of the interval; more where they are made of few half terms."""
    return float(students_t.ppf((1 + setting.interval_rate) / 2, free))


def _whole(method: str, ahead: int, mean: float, half_width: float, children: int) -> Forecast:
    """In whole children, the interval rounded outwards and never narrower than one child on either side."""
    count = min(int(np.floor(mean + 0.5)), children)
    lower = max(0, min(int(np.floor(mean - half_width)), count - 1))
    upper = min(children, max(int(np.ceil(mean + half_width)), count + 1))
    return Forecast(method, ahead, count, lower, upper)
