"""The two methods of forecasting, on histories made by hand."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from orchestration.forecast.method import DAMPED_TREND, SEASONAL_NAIVE, History, Setting, forecast, share_deviations
from orchestration.forecast.table import COLUMNS, forecasts

SETTING = Setting(
    half_terms_ahead=4,
    half_terms_a_year=6,
    minimum_half_terms=12,
    damping=0.9,
    interval_rate=0.8,
    backtest_half_terms=6,
)
SEASON = [30, 20, 25, 40, 35, 10]


def history(raised: list[int], assessable: int = 100, children: int = 120) -> History:
    return History((children,) * len(raised), (assessable,) * len(raised), tuple(raised))


def said(of: History, method: str) -> list[tuple[int, int, int]]:
    """Lower end, count and upper end for each half term ahead."""
    return [(one.lower, one.count, one.upper) for one in forecast(of, SETTING) if one.method == method]


def error(of: History, method: str, came: list[int]) -> int:
    return sum(abs(count - true) for (_, count, _), true in zip(said(of, method), came, strict=True))


def test_a_season_that_repeats_is_repeated_by_the_baseline() -> None:
    assert said(history(SEASON * 3), SEASONAL_NAIVE) == [(29, 30, 31), (19, 20, 21), (24, 25, 26), (39, 40, 41)]


def test_a_steady_rise_is_followed_by_the_damped_trend_and_missed_by_the_baseline() -> None:
    """Two more each half term: 48, 50, 52, 54 come, and a year before it was 36, 38, 40, 42."""
    rise = history(list(range(12, 48, 2)))
    assert [count for _, count, _ in said(rise, SEASONAL_NAIVE)] == [36, 38, 40, 42]
    assert error(rise, SEASONAL_NAIVE, [48, 50, 52, 54]) == 48
    assert error(rise, DAMPED_TREND, [48, 50, 52, 54]) < 12


def test_a_season_is_missed_by_the_damped_trend() -> None:
    seasonal = history(SEASON * 3)
    assert error(seasonal, SEASONAL_NAIVE, SEASON[:4]) == 0 < error(seasonal, DAMPED_TREND, SEASON[:4])


@pytest.mark.parametrize(("length", "number"), [(11, 0), (12, 8), (13, 8)])
def test_a_history_shorter_than_the_least_is_not_forecast(length: int, number: int) -> None:
    assert len(forecast(history([20] * length), SETTING)) == number


def test_a_count_that_never_moved_is_still_given_one_child_on_either_side() -> None:
    assert said(history([20] * 12), DAMPED_TREND) == [(19, 20, 21)] * 4
    assert said(history([20] * 12), SEASONAL_NAIVE) == [(19, 20, 21)] * 4


def test_a_count_never_falls_below_nought() -> None:
    falling = history([*range(24, 0, -2), 0])
    assert all(lower == 0 <= count <= upper for lower, count, upper in said(falling, DAMPED_TREND))
    assert said(history([0] * 12), DAMPED_TREND) == [(0, 0, 1)] * 4


def test_a_count_never_rises_above_the_children() -> None:
    rising = history(list(range(76, 100, 2)), assessable=98, children=98)
    assert all(lower <= count <= upper <= 98 for lower, count, upper in said(rising, DAMPED_TREND))


def test_a_place_that_lost_children_is_not_given_those_of_last_year() -> None:
    """All 60 of last year were raised; 20 children are left."""
    emptied = History((60,) * 11 + (20,), (60,) * 11 + (20,), (60,) * 11 + (20,))
    assert all(upper <= 20 for method in (DAMPED_TREND, SEASONAL_NAIVE) for _, _, upper in said(emptied, method))


def test_the_share_is_followed_when_more_children_become_assessable() -> None:
    """A tenth raised throughout; 50 assessable, then 100: the count doubles, the share is no trend."""
    ramp = History((120,) * 14, (50,) * 7 + (100,) * 7, (5,) * 7 + (10,) * 7)
    assert [count for _, count, _ in said(ramp, DAMPED_TREND)] == [10] * 4


def test_intervals_widen_with_the_half_terms_ahead() -> None:
    noisy = history([20, 24, 19, 23, 18, 25, 21, 22, 26, 20, 23, 19, 24, 21])
    widths = [upper - lower for lower, _, upper in said(noisy, DAMPED_TREND)]
    assert widths == sorted(widths) and widths[0] > 2


def test_intervals_hold_what_comes_about_as_often_as_they_should() -> None:
    """Shares that wander, 300 times: the model's own world, with the noise drawn once and for all."""
    draw = np.random.default_rng(1)
    held = 0
    for _ in range(300):
        walk = np.rint(1000 * np.clip(0.3 + np.cumsum(draw.normal(0, 0.01, 18)), 0, 1)).astype(int).tolist()
        lower, _, upper = said(history(walk[:17], 1000, 1000), DAMPED_TREND)[0]
        held += lower <= walk[17] <= upper
    assert 0.74 < held / 300 < 0.90


def test_deviations_are_those_of_the_library_s_state_space_model() -> None:
    draw = np.random.default_rng(2)
    shares = pd.Series(0.2 + np.cumsum(draw.normal(0, 0.01, 24)))
    model = ETSModel(shares, error="add", trend="add", damped_trend=True, initialization_method="heuristic")
    level, trend, damping = 0.6, 0.3, 0.9
    fitted = model.smooth([level, level * trend, damping])
    theirs = fitted.get_prediction(24, 27, simulate_repetitions=0)
    ours = share_deviations(fitted.mse, level, trend, damping, 4)
    assert ours**2 == pytest.approx(theirs.forecast_variance)


def test_the_table_forecasts_from_every_origin_whose_history_is_long_enough() -> None:
    with duckdb.connect() as connection:
        origins = connection.sql(
            """
            select
                'zone' as place_type, 'Z1' as place_code, 'sen' as flag_code, length::int as history_half_terms_count,
                list_transform(range(length), lambda number: 120) as children_counts,
                list_transform(range(length), lambda number: 100) as assessable_counts,
                list_transform(range(length), lambda number: 20 + number % 3) as raised_counts
            from range(10, 15) as lengths (length)
            """
        )
        settings = connection.sql(
            """
            select 4 as half_terms_ahead, 6 as half_terms_a_year, 12 as minimum_half_terms, 0.9 as damping,
                0.8 as interval_rate, 6 as backtest_half_terms
            """
        )
        made = forecasts(origins, settings)
        nothing = forecasts(origins.filter("false"), settings)
    assert sorted(set(made["history_half_terms_count"].to_pylist())) == [12, 13, 14]
    assert made.num_rows == 3 * 4 * 2
    (last,) = [
        row
        for row in made.to_pylist()
        if (row["history_half_terms_count"], row["half_terms_ahead"]) == (14, 1)
        and row["forecast_method"] == SEASONAL_NAIVE
    ]
    assert last["forecast_count"] == 20 + 8 % 3
    assert nothing.num_rows == 0 and nothing.schema == made.schema == COLUMNS
