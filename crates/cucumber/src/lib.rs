//! The crate `cucumber`, with the expansion of step expressions compiled once and not once for each step.
//!
//! **In**: a Cucumber Expression, and the custom parameters that one step uses.
//! **Out**: its regular expression, and all that `cucumber` exports.
//! **Never**: a rule of its own. What an expression means is upstream's.
//!
//! The step macros name `::cucumber::codegen::Expression::regex_with_parameters` with a provider type that is new for each step.
//! Upstream's function is generic over it, and so were about 300 copies of a parser and of a regular expression's builder.

pub use upstream::*;

/// What the step macros name in the code that they write.
pub mod codegen {
    pub use upstream::codegen::*;

    /// Looks up the regular expression of a custom parameter.
    type Lookup<'l> = &'l dyn Fn(&Spanned<'_>) -> Option<&'static str>;

    /// Stands in for upstream's type of this name in what the step macros write.
    #[derive(Debug)]
    pub enum Expression {}

    impl Expression {
        /// The regular expression of a step's Cucumber Expression.
        ///
        /// # Errors
        ///
        /// Upstream's, as text: the expression does not parse, or it names an unknown parameter.
        pub fn regex_with_parameters<P>(input: &str, parameters: P) -> Result<Regex, String>
        where
            P: Copy + for<'i> ParametersProvider<Spanned<'i>, Item = char, Value = &'static str>,
        {
            expand(input, &|name| parameters.get(name))
        }
    }

    /// The one copy of what is the same for every step.
    fn expand(input: &str, lookup: Lookup<'_>) -> Result<Regex, String> {
        upstream::codegen::Expression::regex_with_parameters(input, Parameters(lookup))
            .map_err(|error| error.to_string())
    }

    #[derive(Clone, Copy)]
    struct Parameters<'l>(Lookup<'l>);

    impl<'s> ParametersProvider<Spanned<'s>> for Parameters<'_> {
        type Item = char;
        type Value = &'static str;

        fn get(&self, input: &Spanned<'s>) -> Option<&'static str> {
            (self.0)(input)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::codegen::{Expression, ParametersProvider, Spanned};

    #[derive(Clone, Copy)]
    struct Colour;

    impl<'s> ParametersProvider<Spanned<'s>> for Colour {
        type Item = char;
        type Value = &'static str;

        fn get(&self, input: &Spanned<'s>) -> Option<&'static str> {
            (*input.fragment() == "colour").then_some("red|(dark|light) green")
        }
    }

    #[test]
    fn an_expression_means_what_upstream_says_it_means() {
        let expressions = [
            "plain",
            "{word} of {int}",
            "a {colour} eye(s)",
            "all/none of {colour}",
            "{string} (is) {float}",
            "{} and a \\(bracket)",
        ];
        for expression in expressions {
            let ours = Expression::regex_with_parameters(expression, Colour).unwrap();
            let theirs = upstream::codegen::Expression::regex_with_parameters(expression, Colour).unwrap();
            assert_eq!(ours.as_str(), theirs.as_str(), "{expression}");
        }
    }

    #[test]
    fn an_unknown_parameter_is_an_error_with_its_name() {
        let error = Expression::regex_with_parameters("a {shape}", Colour).unwrap_err();
        assert!(error.contains("shape"), "{error}");
    }
}
