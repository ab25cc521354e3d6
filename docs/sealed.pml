/* Who is shown and who can read in a sealed room: the membership of docs/SEALED.md
 * ("Coming in", "Views") as a model for spin (Holzmann), without its cryptography.
 *
 * Anna and bob are honest. Mallory holds the link, runs the server, and may be a
 * member: she decides what either of them is given, when, and how often, but can't
 * make a greeting or a confirmation of anna's or bob's, nor open what is not sealed
 * to her. When she has done enough she falls quiet: what is sent then arrives.
 *
 *   spin -run docs/sealed.pml               no claim fails
 *   spin -DUNCONFIRMED -run docs/sealed.pml sealing to all who said a good hello:
 *                                           "whoever reads is shown" fails
 *   spin -DTWICE -run docs/sealed.pml       taking a hello a second time:
 *                                           "no stay twice" fails
 *   spin -DDEAF -run docs/sealed.pml        asking nobody about a difference:
 *                                           "agreement after quiet" fails
 */

#define ANNA    0
#define BOB     1
#define MALLORY 2
#define HONEST  2 /* the first of them */
#define ALL     3
#define MOVES   9 /* of mallory's before she falls quiet: enough for two stays of each at both ends */

#define at(end, peer) ((end) * ALL + (peer))
#define other(end) (1 - (end))

mtype = { nobody, met, linked, shown }

mtype state[6] = nobody; /* of a peer at an honest end */
bool host[6];            /* the end was here before the peer */
bool stay[6];            /* the peer's hello was taken */
byte stays[6];           /* how often */
bool greeted[4];         /* honest end to honest end: the greeting is out */
bool confirmed[4];       /* … and the confirmation */

/* Views, as sets of people: anna 1, bob 2, mallory 4. */
byte view[HONEST];
byte heard[HONEST];  /* what the other honest end showed when it spoke last */
bool told[HONEST];   /* a difference with it was said */
bool asking[HONEST];
byte all_seen[HONEST];  /* bit v: view v was shown here since the question was out */
byte ever[HONEST];      /* whoever was shown at some time since then */
byte always[HONEST];    /* whoever was shown all the time since then */
byte weak[HONEST];      /* what the answer before differed in */

inline see(end) {
	view[end] = 1 << end;
	peer = 0;
	do
	:: peer < ALL ->
		if
		:: peer != end && state[at(end, peer)] == shown -> view[end] = view[end] | (1 << peer)
		:: else
		fi;
		peer++
	:: else -> break
	od;
	peer = 0;
	if
	:: asking[end] ->
		all_seen[end] = all_seen[end] | (1 << view[end]);
		ever[end] = ever[end] | view[end];
		always[end] = always[end] & view[end]
	:: else
	fi
}

/* What an honest end does with what it is given. */

inline meet(end, who) {
	if
#ifdef TWICE
	:: state[at(end, who)] == nobody ->
#else
	:: state[at(end, who)] == nobody && !stay[at(end, who)] ->
#endif
		stay[at(end, who)] = true;
		stays[at(end, who)]++;
		assert(stays[at(end, who)] <= 1); /* no stay twice */
		state[at(end, who)] = met;
		if
		:: host[at(end, who)] = true
		:: host[at(end, who)] = false;
			if
			:: who < HONEST -> greeted[end * 2 + who] = true
			:: else
			fi
		fi
	:: else
	fi
}

inline part(end, who) {
	state[at(end, who)] = nobody;
	see(end)
}

/* Of an honest sender there must be one; mallory makes her own. */
inline greet(end, who) {
	if
	:: state[at(end, who)] == met && host[at(end, who)] && (who == MALLORY || greeted[who * 2 + end]) ->
		state[at(end, who)] = linked;
		if
		:: who < HONEST -> confirmed[end * 2 + who] = true
		:: else
		fi
	:: else
	fi
}

inline confirm(end, who) {
	if
	:: (who == MALLORY || confirmed[who * 2 + end]) &&
	   (state[at(end, who)] == linked || (state[at(end, who)] == met && !host[at(end, who)])) ->
		state[at(end, who)] = shown;
		if
		:: who < HONEST -> confirmed[end * 2 + who] = true
		:: else
		fi;
		see(end)
	:: else
	fi
}

/* An honest end says something: whom does it seal that to? */
inline say(end) {
	peer = 0;
	do
	:: peer < ALL ->
		if
#ifdef UNCONFIRMED
		:: peer != end && state[at(end, peer)] != nobody ->
#else
		:: peer != end && state[at(end, peer)] == shown ->
#endif
			assert(state[at(end, peer)] == shown) /* whoever reads is shown */
		:: else
		fi;
		peer++
	:: else -> break
	od;
	peer = 0
}

/* The other honest end has opened something: a view came with it. */
inline hear(end, v) {
	heard[end] = v;
	if
	:: v == view[end] -> told[end] = false; weak[end] = 0
	:: else
	fi
}

inline ask(end) {
	asking[end] = true;
	all_seen[end] = 1 << view[end];
	ever[end] = view[end];
	always[end] = view[end]
}

inline answer(end, v) {
	asking[end] = false;
	if
	:: all_seen[end] & (1 << v) -> skip /* it was on its way */
	:: else ->
		difference = (v & ~ever[end]) | ((always[end] & ~v) << 3);
		if
		:: (v & ~ever[end] & (1 << MALLORY)) && !stay[at(end, MALLORY)] -> told[end] = true
		:: else ->
			if
			:: difference != 0 && difference == weak[end] -> told[end] = true
			:: else -> weak[end] = difference
			fi
		fi
	fi
}

active proctype server() {
	byte end, peer, who, moves, round, difference;
	byte asked;

	view[ANNA] = 1; view[BOB] = 2;
	do
	:: moves < MOVES ->
		moves++;
		d_step { end = 0; who = 0; peer = 0 }
		if :: end = ANNA :: end = BOB fi;
		if :: who = other(end) :: who = MALLORY fi;
		if
		:: meet(end, who)
		:: d_step { part(end, who) }
		:: d_step { greet(end, who) }
		:: d_step { confirm(end, who) }
		:: say(end)
		:: state[at(end, other(end))] == shown && state[at(other(end), end)] == shown -> d_step { hear(end, view[other(end)]) }
		:: state[at(end, other(end))] == shown && state[at(other(end), end)] == shown && !asking[end] -> ask(end)
		:: asking[end] && state[at(end, other(end))] == shown && state[at(other(end), end)] == shown -> d_step { answer(end, view[other(end)]) }
		fi
	:: break
	od;

	/* Quiet: each says something and is heard, and whoever hears a difference asks,
	 * twice if need be. */
	if
	:: state[at(ANNA, BOB)] == shown && state[at(BOB, ANNA)] == shown ->
		end = ANNA;
		do
		:: end < HONEST ->
			d_step { hear(end, view[other(end)]) }
			round = 0;
			do
			:: round < 3 && heard[end] != view[end] ->
#ifndef DEAF
				d_step {
					ask(end);
					answer(end, view[other(end)])
				}
#endif
				round++
			:: else -> break
			od;
			assert(view[end] == view[other(end)] || told[end]); /* agreement after quiet */
			end++
		:: else -> break
		od
	:: else
	fi
}
