/** Writes a round's choices on the board that every member reads in the next round. */
import { json } from "node:stream/consumers";

const { step, state } = await json(process.stdin);
const { board: votes, round } = step.output;
const board = Object.fromEntries(votes.map(({ member, choice }) => [member, choice]));
// A member that did not answer this round keeps its place on the board. Written again after a crash, it says the same.
const next = { ...state.board, ...board };
const rounds = [...(state.rounds ?? []).slice(0, round), next];
process.stdout.write(JSON.stringify({ outcome: "continue", state: { board: next, rounds } }));
