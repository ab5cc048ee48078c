//! Feature text to scenarios and steps, keeping file and line.
