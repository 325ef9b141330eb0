import pytest

from crmclean.core.errors import RowBalanceError
from crmclean.core.step import check_balance


def test_rows_in_are_rows_out_plus_rows_merged_away() -> None:
    check_balance(10, 7, 3)
    with pytest.raises(RowBalanceError, match="10 rows in, 7 rows out, 2 merged away"):
        check_balance(10, 7, 2)
