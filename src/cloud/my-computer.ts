/** The address that the sandbox gives the learner's computer. */
export const myComputer = '203.0.113.10';
