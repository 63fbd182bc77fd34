//! The macro by which a service stands before the front door.

/// Makes a type a service over its model and its crate's `operations!` table (`BUILT` and `dispatch` must be in scope),
/// with the context `Cx` that every operation is given.
///
/// ```ignore
/// control_plane::service! { ApiGateway, model_apigateway::MODEL, tags: tags_of, run: run }
/// ```
/// `tags` names a method of `Cx` that finds the tags of what an ARN means (`async fn(&self, &str) ->
/// Result<TextMap, AwsError>`); without it, things bear none. `run` names a method of `Cx` that runs an operation where
/// more is to be done than `dispatch` does (`async fn(&self, &str, Value) -> Result<Answer, AwsError>`).
#[macro_export]
macro_rules! service {
    ($service:ident, $model:path $(, tags: $tags:ident)? $(, run: $run:ident)?) => {
        impl ::std::fmt::Debug for $service {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(stringify!($service))
            }
        }

        impl $crate::aws_types::Service for $service {
            fn model(&self) -> &'static $crate::aws_types::schema::ServiceModel {
                &$model
            }

            fn built(&self) -> &'static [(&'static str, $crate::aws_types::service::Built)] {
                BUILT
            }

            $(fn resource_tags<'a>(
                &'a self,
                call: &'a $crate::aws_types::CallContext,
                arn: &'a str,
            ) -> $crate::aws_types::service::BoxFuture<'a, Result<$crate::TextMap, $crate::aws_types::AwsError>> {
                Box::pin(async move { Cx { call, service: self }.$tags(arn).await })
            })?

            fn call<'a>(
                &'a self,
                call: &'a $crate::aws_types::CallContext,
                operation: &'a str,
                input: $crate::Value,
                _body: Option<$crate::aws_types::ByteStream>,
            ) -> $crate::aws_types::service::BoxFuture<'a, Result<$crate::aws_types::Answer, $crate::aws_types::AwsError>>
            {
                Box::pin(async move {
                    let cx = Cx { call, service: self };
                    $crate::service!(@run cx, operation, input $(, $run)?)
                })
            }
        }

        /// One call: what every operation is given.
        #[derive(Clone, Copy)]
        pub struct Cx<'a> {
            /// Who calls, when, from where.
            pub call: &'a $crate::aws_types::CallContext,
            /// The service.
            pub service: &'a $service,
        }
    };
    (@run $cx:ident, $operation:ident, $input:ident) => {
        dispatch(&$cx, $operation, $input).await
    };
    (@run $cx:ident, $operation:ident, $input:ident, $run:ident) => {
        $cx.$run($operation, $input).await
    };
}
