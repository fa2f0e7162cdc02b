// What the tests of all three clients share: where the simulator is, and one set of questions that its scenario answers.
import assert from "node:assert/strict";

export const base = (provider) => process.env[`SIMULATOR_${provider}`];

export const answer = "Grüße 😀, in several pieces";

export const person = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" } },
  required: ["name", "age"],
  additionalProperties: false,
};

export const weather = { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false };

// The error that a promise must end in.
export async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail("there was no error");
}

// What an async iterator gave, and the error that ended it.
export async function drain(stream) {
  const events = [];
  try {
    for await (const event of stream) events.push(event);
  } catch (error) {
    return { events, error };
  }
  return { events, error: null };
}
