import { Command } from "commander";

/** A command with the flags that every command has. */
export function createCommand(name: string, description: string): Command {
  return new Command(name).description(description).option("--json", "print JSON for scripts");
}

/** A noun that groups verbs: `heddle run start`. */
export function createNoun(name: string, description: string, verbs: readonly Command[]): Command {
  const noun = new Command(name).description(description);
  for (const verb of verbs) noun.addCommand(verb);
  return noun;
}
