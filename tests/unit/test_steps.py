from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.disclosure.rounding import in_steps


@given(st.integers(0, 10**12), st.integers(1, 10**7))
def test_a_number_is_told_as_the_largest_multiple_of_its_step_below_it(number, step):
    told = in_steps(number, step)

    assert told % step == 0
    assert told <= number < told + step
