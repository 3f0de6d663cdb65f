"""Several labels of one pair: their rows, weights and strengths."""

import pytest

from workers.soft_labels import Judgement, combine

pytestmark = pytest.mark.unit

A, B, TIE = Judgement(a_won=True), Judgement(a_won=False), Judgement(a_won=None)
SURE_A = Judgement(a_won=True, strength=0.98)


def rows(
    labels: list[Judgement], *, counts_once: bool = True, states_agreement: bool = False
) -> list[tuple[Judgement, float]]:
    made = combine(labels, counts_once=counts_once, states_agreement=states_agreement)
    return [(row.judgement, row.weight) for row in made]


def test_one_label_is_one_row_of_weight_one_however_pairs_count() -> None:
    for one in (A, B, TIE, SURE_A):
        for counts_once in (True, False):
            for states_agreement in (True, False):
                assert rows([one], counts_once=counts_once, states_agreement=states_agreement) == [(one, 1.0)]


@pytest.mark.parametrize(("counts_once", "weights"), [(True, [2 / 3, 1 / 3]), (False, [2.0, 1.0])])
def test_labels_that_disagree_are_a_row_each_way_that_share_the_pairs_weight(
    counts_once: bool, weights: list[float]
) -> None:
    made = rows([A, B, A], counts_once=counts_once)

    assert [judgement for judgement, _ in made] == [A, B]
    assert [weight for _, weight in made] == pytest.approx(weights)


def test_labels_that_agree_are_one_row_and_count_once_unless_asked() -> None:
    assert rows([A, A, A]) == [(A, 1.0)]
    assert rows([A, A, A], counts_once=False) == [(A, 3.0)]


def test_labels_of_other_strength_keep_rows_of_their_own() -> None:
    assert rows([SURE_A, A, A, A]) == [(SURE_A, 0.25), (A, 0.75)]


@pytest.mark.parametrize(
    ("labels", "a_won", "strength"),
    [
        ([A, B, A], True, 2 / 3),
        ([B, A, B, B], False, 3 / 4),
        ([A, TIE], True, 3 / 4),
        ([SURE_A, B, TIE, TIE, B], False, 3 / 5),
        ([TIE, B, TIE], False, 2 / 3),
    ],
)
def test_agreement_is_the_majoritys_share_with_ties_half_a_vote_each_way(
    labels: list[Judgement], a_won: bool, strength: float
) -> None:
    (row,) = combine(labels, counts_once=True, states_agreement=True)

    assert (row.judgement.a_won, row.weight) == (a_won, 1.0)
    assert row.judgement.strength == pytest.approx(strength)
    (unshared,) = combine(labels, counts_once=False, states_agreement=True)
    assert unshared.weight == len(labels)


@pytest.mark.parametrize("labels", [[A, A, A], [SURE_A, A], [B, B], [TIE, TIE]])
def test_agreement_of_labels_that_agree_states_nothing(labels: list[Judgement]) -> None:
    assert rows(labels, states_agreement=True) == rows(labels)


@pytest.mark.parametrize("labels", [[A, B], [A, B, TIE], [B, A, SURE_A, B]])
def test_agreement_without_a_majority_leaves_half_the_weight_each_way(labels: list[Judgement]) -> None:
    made = rows(labels, states_agreement=True)

    assert made == rows(labels)
    for winner in (True, False):
        ties = sum(weight / 2 for judgement, weight in made if judgement.a_won is None)
        assert sum(weight for judgement, weight in made if judgement.a_won is winner) + ties == pytest.approx(0.5)
