"""Where the history is kept, and where it is looked for."""

from pathlib import Path

import pytest

from crmclean.core.errors import ExitCode, FileError
from crmclean.history.location import find_state, state_folder


@pytest.mark.parametrize(
    ("explicit", "environ", "expected"),
    [
        pytest.param("given", {"CRMCLEAN_STATE": "/srv/state"}, "given", id="the option wins"),
        pytest.param(None, {"CRMCLEAN_STATE": "/srv/state"}, "/srv/state", id="then the variable"),
        pytest.param("", {"CRMCLEAN_STATE": ""}, "out/.crmclean", id="empty is not given"),
        pytest.param(None, {}, "out/.crmclean", id="else beside the output"),
    ],
)
def test_state_folder(explicit: str | None, environ: dict[str, str], expected: str) -> None:
    assert state_folder(explicit, environ, Path("out")) == Path(expected)


def test_tilde_of_a_crontab_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("USERPROFILE", "/home/somebody")
    assert state_folder(None, {"CRMCLEAN_STATE": "~/state"}, Path()) == Path("/home/somebody/state")


def _make_history(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "history.db").touch()
    return folder


def test_find_state_takes_the_first_candidate_that_has_a_history(tmp_path: Path) -> None:
    (tmp_path / "a" / ".crmclean").mkdir(parents=True)
    second = _make_history(tmp_path / "b" / ".crmclean")
    _make_history(tmp_path / "c" / ".crmclean")
    assert find_state(None, {}, [tmp_path / "a", tmp_path / "b", tmp_path / "c"]) == second


def test_find_state_takes_a_candidate_that_is_the_state_folder_itself(tmp_path: Path) -> None:
    own = _make_history(tmp_path / ".crmclean")
    assert find_state(None, {}, [own]) == own


def test_find_state_looks_nowhere_else_when_a_folder_was_named(tmp_path: Path) -> None:
    _make_history(tmp_path / ".crmclean")
    with pytest.raises(FileError) as caught:
        find_state(str(tmp_path / "named"), {}, [tmp_path])
    assert str(tmp_path / "named") in caught.value.message
    assert str(tmp_path / ".crmclean") not in caught.value.message


def test_find_state_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        find_state(None, {}, [tmp_path / "a", tmp_path / "b"])
    assert caught.value.exit_code == ExitCode.FILE
    for place in ("a", "b"):
        assert str(tmp_path / place / ".crmclean") in caught.value.message
    assert "--state" in caught.value.hint
