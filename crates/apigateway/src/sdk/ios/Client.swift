import AWSCore
import AWSAPIGateway

/// The service client object.
public class __CLIENT__: AWSAPIGatewayClient {

    static let AWSInfoClientKey = "__CLIENT__"

    private static let _serviceClients = AWSSynchronizedMutableDictionary()
    private static let _defaultClient: __CLIENT__ = {
        var serviceConfiguration: AWSServiceConfiguration? = nil
        if let serviceInfo = AWSInfo.default().defaultServiceInfo(AWSInfoClientKey) {
            serviceConfiguration = AWSServiceConfiguration(region: serviceInfo.region, credentialsProvider: serviceInfo.cognitoCredentialsProvider)
        } else if AWSServiceManager.default().defaultServiceConfiguration != nil {
            serviceConfiguration = AWSServiceManager.default().defaultServiceConfiguration
        } else {
            serviceConfiguration = AWSServiceConfiguration(region: .Unknown, credentialsProvider: nil)
        }
        return __CLIENT__(configuration: serviceConfiguration!)
    }()

    /// The client of the default service configuration.
    public class func `default`() -> __CLIENT__ {
        return _defaultClient
    }

    /// Makes a client of a configuration and keeps it by a key.
    public class func registerClient(withConfiguration configuration: AWSServiceConfiguration, forKey key: String) {
        _serviceClients.setObject(__CLIENT__(configuration: configuration), forKey: key as NSString)
    }

    /// The client that was kept by the key.
    public class func client(forKey key: String) -> __CLIENT__ {
        objc_sync_enter(self)
        defer { objc_sync_exit(self) }
        if let client = _serviceClients.object(forKey: key) as? __CLIENT__ {
            return client
        }
        if let serviceInfo = AWSInfo.default().defaultServiceInfo(AWSInfoClientKey) {
            let serviceConfiguration = AWSServiceConfiguration(region: serviceInfo.region, credentialsProvider: serviceInfo.cognitoCredentialsProvider)
            __CLIENT__.registerClient(withConfiguration: serviceConfiguration!, forKey: key)
        }
        return _serviceClients.object(forKey: key) as! __CLIENT__
    }

    /// Forgets the client of a key.
    public class func removeClient(forKey key: String) {
        _serviceClients.remove(key)
    }

    init(configuration: AWSServiceConfiguration) {
        super.init()
        self.configuration = configuration.copy() as! AWSServiceConfiguration
        let URLString: String = __ENDPOINT__
        self.configuration.endpoint = AWSEndpoint(region: configuration.regionType, service: .APIGateway, url: URL(string: URLString))
        let signer: AWSSignatureV4Signer = AWSSignatureV4Signer(credentialsProvider: configuration.credentialsProvider, endpoint: self.configuration.endpoint)
        if let endpoint = self.configuration.endpoint {
            self.configuration.baseURL = endpoint.url
        }
        self.configuration.requestInterceptors = [AWSNetworkingRequestInterceptor(), signer]
    }
