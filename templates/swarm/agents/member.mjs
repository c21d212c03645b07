/**
 * One member of the swarm. It weighs what it knows itself against how many others chose an option, and chooses the best.
 * Ask a model here: "this is what you know, this is what the others chose and why; what do you choose?"
 */
import { json } from "node:stream/consumers";

/** What one supporter on the board is worth. Small: a member gives up what it knows only for many. */
const PULL = 0.5;

const { input } = await json(process.stdin);
const { member, options, board } = input;
const supporters = (option) =>
  Object.entries(board).filter(([name, choice]) => name !== member.name && choice === option)
    .length;
const worth = (option) => (member.scores[option] ?? 0) + PULL * supporters(option);
const choice = options.reduce((best, option) => (worth(option) > worth(best) ? option : best));
process.stdout.write(JSON.stringify({ member: member.name, choice }));
