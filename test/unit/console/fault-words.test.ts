/** What the console page offers of the carrier's catalogue, and how it says what is wrong at a phone. */
import { describe, expect, it } from "vitest";
import { catalogue, occasionsOf } from "../../../infra/local/carrier/answers/index.ts";
import { faults } from "../../../infra/local/carrier/faults.ts";
import { channels } from "../../../infra/local/carrier/sends.ts";
import { faultOf, faultWords, groupsOf } from "../../../infra/local/console/page/fault-words.ts";

const answers = catalogue.map((answer) => ({ ...answer, when: occasionsOf(answer) }));

describe("The answers that a phone's settings offer", () => {
  it.each(
    channels.flatMap((channel) => (["sync", "later"] as const).map((occasion) => ({ channel, occasion }))),
  )("are all that $channel has $occasion, each once, under whom it speaks of", ({ channel, occasion }) => {
    const offered = groupsOf(answers, channel, occasion);
    const names = offered.flatMap((group) => group.answers.map(({ name }) => name));
    const all = answers.filter((one) => one.channel === channel && one.when.includes(occasion));
    expect(names.toSorted()).toEqual(all.map(({ name }) => name).toSorted());
    expect(offered.every((group) => group.answers.length > 0)).toBe(true);
  });

  it("are named by the provider's code and what it means", () => {
    const offered = groupsOf(answers, "whatsApp", "sync");
    expect(offered.find(({ heading }) => heading === "About the customer")?.answers).toContainEqual({
      name: "whatsApp-131026",
      label: "131026: The number is not on WhatsApp, or its app is too old",
    });
  });

  it("leave no fault of the carrier without words", () => {
    expect(Object.keys(faultWords).toSorted()).toEqual([...faults].toSorted());
  });
});

describe("What is wrong at a phone", () => {
  const well = { fault: null, answer: null, laterAnswer: null };
  it.each([
    { phone: well, words: undefined },
    { phone: { ...well, fault: "throttled" }, words: "is over its rate limit" },
    {
      phone: { ...well, answer: "whatsApp-131000" },
      words: "answers 131000 (WhatsApp failed and does not say why)",
    },
    {
      phone: { ...well, answer: "whatsApp-200-held-for-quality-assessment", laterAnswer: "whatsApp-132015" },
      words:
        "answers 200-held-for-quality-assessment (The template is new: its messages wait for feedback from the first readers), and tells later 132015 (The template is paused for its low quality)",
    },
    { phone: { ...well, answer: "whatsApp-999" }, words: "answers 999" },
  ])("is said as $words", ({ phone, words }) => {
    expect(faultOf(phone, answers)).toBe(words);
  });
});
