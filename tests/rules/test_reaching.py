"""Who is told first, and who is next."""

from dispatch.rules.reaching import ChannelKind, NoticeKind, Reachable, ladder, next_step

PUSH, SMS, VOICE, EMAIL = ChannelKind.PUSH, ChannelKind.SMS, ChannelKind.VOICE, ChannelKind.EMAIL
LEAD = Reachable(1, {13: EMAIL, 11: PUSH, 12: SMS})
PEER = Reachable(2, {22: VOICE, 21: PUSH})
NOBODY = Reachable(3, {})
BOSS = Reachable(4, {42: EMAIL, 41: PUSH})


def test_the_whole_crew_then_the_next_channel_then_the_other_then_the_supervisor():
    assert ladder(NoticeKind.DISPATCH, [LEAD, PEER], [BOSS]) == ((11, 21), (12,), (22, 13), (41,))


def test_who_cannot_be_reached_is_no_lead():
    assert ladder(NoticeKind.ORDER, [NOBODY, PEER], [BOSS]) == ((21,), (22,), (), (41,))


def test_a_red_alert_goes_to_the_supervisors_only():
    assert ladder(NoticeKind.ALERT, [LEAD], [BOSS, NOBODY]) == ((41,), (42,), ())


def test_what_needs_no_answer_is_told_once():
    for kind in (NoticeKind.CANCELLED, NoticeKind.WELFARE):
        assert ladder(kind, [LEAD, PEER], [BOSS]) == ((11, 21),)


def test_steps_without_anybody_are_passed_over():
    rungs = ladder(NoticeKind.DISPATCH, [NOBODY], [BOSS])
    assert (next_step(rungs, 0), next_step(rungs, 3)) == (3, None)
    assert next_step(ladder(NoticeKind.DISPATCH, [NOBODY], []), 0) is None


def test_push_is_tried_first_and_e_mail_last():
    everything = Reachable(1, {1: EMAIL, 2: VOICE, 3: SMS, 4: PUSH})
    assert [everything.nth(number) for number in range(5)] == [[4], [3], [2], [1], []]
