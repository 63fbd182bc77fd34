//! Objective-C: a subclass of AWSAPIGatewayClient and models that are AWSModels.

use super::names::path_and_verb;
use super::parameters::Parameters;
use super::schema::Kind;
use super::{File, Operation, Place, Sdk, Source, ios, literal};
use crate::error::Result;

const ROOT: &str = "aws-apigateway-ios-objectivec";

pub fn files(sdk: &Sdk, parameters: &Parameters<'_>) -> Result<Vec<File>> {
    let (client, names) = ios::classes(sdk, parameters.prefix("classPrefix")?);
    let call = format!("{client} *client = [{client} defaultClient];");
    let mut files = vec![
        (format!("{ROOT}/README.md"), ios::readme(&client, "Objective-C", &call)),
        (format!("{ROOT}/Podfile"), ios::PODFILE.to_owned()),
    ];
    let mut scope = ios::scope();
    let methods: Vec<_> = sdk
        .operations
        .iter()
        .map(|operation| {
            let name = scope.take(&ios::member(&path_and_verb(&operation.path, &operation.method)));
            (operation, signature(operation, &name, &names))
        })
        .collect();
    files.push((format!("{ROOT}/generated-src/{client}.h"), header(&client, &methods, &names)));
    files.push((format!("{ROOT}/generated-src/{client}.m"), source(sdk, &client, &methods, &names)));
    for (record, name) in sdk.models.records.iter().zip(&names) {
        let [header, source] = model(name, &record.members, &names);
        files.push((format!("{ROOT}/generated-src/{name}.h"), header));
        files.push((format!("{ROOT}/generated-src/{name}.m"), source));
    }
    Ok(files)
}

fn of_kind(kind: &Kind, names: &[String]) -> String {
    match kind {
        Kind::Text => "NSString *".to_owned(),
        Kind::Integer | Kind::Long | Kind::Number | Kind::Boolean => "NSNumber *".to_owned(),
        Kind::List(_) => "NSArray *".to_owned(),
        Kind::Any => "id".to_owned(),
        Kind::Record(at) => names.get(*at).map_or_else(|| "id".to_owned(), |name| format!("{name} *")),
    }
}

/// `- (AWSTask *)petsGet:(nullable NSString *)limit page:(nullable NSString *)page`
fn signature(operation: &Operation, name: &str, names: &[String]) -> String {
    let mut text = format!("- (AWSTask *){name}");
    let arguments = ios::arguments(&operation.parameters).into_iter().map(|(_, name)| (name, "NSString *".to_owned()));
    let body = operation.body.iter().map(|body| ("body".to_owned(), of_kind(&body.kind, names)));
    for (at, (argument, kind)) in arguments.chain(body).enumerate() {
        let label = if at == 0 { String::new() } else { format!(" {argument}") };
        text.push_str(&format!("{label}:(nullable {kind}){argument}"));
    }
    text
}

fn header(client: &str, methods: &[(&Operation, String)], names: &[String]) -> String {
    let mut out = Source::default();
    out.line("#import <Foundation/Foundation.h>\n#import <AWSAPIGateway/AWSAPIGateway.h>\n");
    names.iter().for_each(|name| out.line(format_args!("#import \"{name}.h\"")));
    out.line("\nNS_ASSUME_NONNULL_BEGIN\n\n/** The service client object. */");
    out.line(format_args!("@interface {client} : AWSAPIGatewayClient\n"));
    out.line("/** The client of the default service configuration. */\n+ (instancetype)defaultClient;\n");
    out.line("/** Makes a client of a configuration and keeps it by a key. */");
    out.line(
        "+ (void)registerClientWithConfiguration:(AWSServiceConfiguration *)configuration forKey:(NSString *)key;\n",
    );
    out.line("/** The client that was kept by the key. */\n+ (instancetype)clientForKey:(NSString *)key;\n");
    out.line("/** Forgets the client of a key. */\n+ (void)removeClientForKey:(NSString *)key;");
    methods.iter().for_each(|(_, signature)| out.line(format_args!("\n{signature};")));
    out.line("\n@end\n\nNS_ASSUME_NONNULL_END");
    out.0
}

fn source(sdk: &Sdk, client: &str, methods: &[(&Operation, String)], names: &[String]) -> String {
    let head = include_str!("ios/Client.m").replace("__CLIENT__", client);
    let mut out = Source(head.replace("__ENDPOINT__", &literal::objective_c(&sdk.url)));
    for (operation, signature) in methods {
        method(&mut out, operation, signature, names);
    }
    out.line("@end");
    out.0
}

fn method(out: &mut Source, operation: &Operation, signature: &str, names: &[String]) {
    out.line(format_args!("{signature} {{"));
    out.line(
        "    NSMutableDictionary *headerParameters = [@{@\"Content-Type\" : @\"application/json\", @\"Accept\" : \
         @\"application/json\"} mutableCopy];",
    );
    out.line("    NSMutableDictionary *queryParameters = [NSMutableDictionary new];");
    out.line("    NSMutableDictionary *pathParameters = [NSMutableDictionary new];");
    for (parameter, argument) in ios::arguments(&operation.parameters) {
        let place = match parameter.place {
            Place::Path => "pathParameters",
            Place::Query => "queryParameters",
            Place::Header => "headerParameters",
        };
        let name = literal::objective_c(&parameter.name);
        out.line(format_args!(
            "    if ({argument} != nil) {{\n        [{place} setObject:{argument} forKey:{name}];\n    }}"
        ));
    }
    out.line(format_args!("    return [self invokeHTTPRequest:{}", literal::objective_c(&operation.verb)));
    out.line(format_args!("                         URLString:{}", literal::objective_c(&operation.path)));
    out.line("                    pathParameters:pathParameters\n                   queryParameters:queryParameters");
    out.line("                  headerParameters:headerParameters");
    let body = if operation.body.is_some() { "body" } else { "nil" };
    out.line(format_args!("                              body:{body}"));
    let kind = operation.result.as_ref().map(|result| &result.kind);
    let class = class_of(kind, names).map_or_else(|| "nil".to_owned(), |name| format!("[{name} class]"));
    out.line(format_args!("                     responseClass:{class}];\n}}\n"));
}

/// The class that an answer is read as: of a list, that of its items.
pub(super) fn class_of<'n>(kind: Option<&Kind>, names: &'n [String]) -> Option<&'n str> {
    match kind? {
        Kind::Record(at) => names.get(*at).map(String::as_str),
        Kind::List(item) => class_of(Some(item), names),
        _ => None,
    }
}

fn model(name: &str, members: &[(String, Kind)], names: &[String]) -> [String; 2] {
    let mut scope = ios::scope();
    let members: Vec<_> = members.iter().map(|(wire, kind)| (wire, scope.take(&ios::member(wire)), kind)).collect();
    let mut header = Source::default();
    header.line("#import <Foundation/Foundation.h>\n#import <AWSCore/AWSCore.h>\n");
    // Models may refer to each other.
    let referred: std::collections::BTreeSet<_> =
        members.iter().filter_map(|(_, _, kind)| class_of(Some(kind), names)).filter(|other| *other != name).collect();
    referred.iter().for_each(|other| header.line(format_args!("@class {other};")));
    header.line(format_args!("\n@interface {name} : AWSModel\n"));
    for (_, member, kind) in &members {
        header.line(format_args!("@property (nonatomic, strong, nullable) {} {member};", of_kind(kind, names)));
    }
    header.line("\n@end");
    let mut source = Source::default();
    source.line(format_args!("#import \"{name}.h\""));
    referred.iter().for_each(|other| source.line(format_args!("#import \"{other}.h\"")));
    source.line(format_args!("\n@implementation {name}\n\n+ (NSDictionary *)JSONKeyPathsByPropertyKey {{"));
    source.line("    return @{");
    for (wire, member, _) in &members {
        source.line(format_args!("        @\"{member}\" : {},", literal::objective_c(wire)));
    }
    source.line("    };\n}");
    for (_, member, kind) in &members {
        if let Some(class) = class_of(Some(kind), names) {
            let many = if matches!(kind, Kind::List(_)) { "Array" } else { "Dictionary" };
            source.line(format_args!("\n+ (NSValueTransformer *){member}JSONTransformer {{"));
            source.line(format_args!(
                "    return [NSValueTransformer awsmtl_JSON{many}TransformerWithModelClass:[{class} class]];\n}}"
            ));
        }
    }
    source.line("\n@end");
    [header.0, source.0]
}
