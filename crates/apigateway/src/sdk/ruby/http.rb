# frozen_string_literal: true

require 'json'
require 'net/http'
require 'openssl'
require 'time'
require 'uri'

module __MODULE__
  # An answer that is no success.
  class ServiceError < StandardError
    attr_reader :status_code, :headers, :body

    def initialize(answer)
      super("status #{answer.code}")
      @status_code = answer.code.to_i
      @headers = answer.to_hash
      @body = answer.body
    end
  end

  # Calls: their parts, signatures, and trying again.
  module Http
    DEFAULTS = {
      endpoint: __ENDPOINT__, region: __REGION__, api_key: nil, access_key_id: nil, secret_access_key: nil,
      session_token: nil, http_open_timeout: 15, http_read_timeout: 60, http_wire_trace: false, retry_limit: 3
    }.freeze
    RETRIED = [500, 502, 503, 504].freeze
    private_constant :RETRIED

    module_function

    def encode(text)
      text.to_s.b.gsub(/[^A-Za-z0-9\-._~]/n) { |byte| format('%%%02X', byte.ord) }
    end

    def call(config, verb, path, query, headers, body, signed:)
      pairs = query.flat_map { |name, value| Array(value).map { |one| "#{encode(name)}=#{encode(one)}" } }.sort
      uri = URI.parse(config[:endpoint].sub(%r{/+\z}, '') + path)
      uri.query = pairs.join('&') unless pairs.empty?
      attempt = 0
      loop do
        answer = once(config, verb, uri, headers, body, signed)
        return answer if answer.is_a?(Net::HTTPSuccess)
        raise ServiceError, answer unless RETRIED.include?(answer.code.to_i) && attempt < config[:retry_limit]

        attempt += 1
        sleep(0.1 * (2**attempt))
      end
    end

    def once(config, verb, uri, headers, body, signed)
      request = Net::HTTPGenericRequest.new(verb, !body.nil?, verb != 'HEAD', uri.request_uri)
      request['accept'] = 'application/json'
      headers.each { |name, value| request[name] = value.to_s }
      request['x-api-key'] = config[:api_key] if config[:api_key]
      unless body.nil?
        request['content-type'] ||= 'application/json'
        request.body = body
      end
      sign(config, verb, uri, request, body.to_s) if signed && config[:access_key_id]
      http = Net::HTTP.new(uri.host, uri.port)
      http.use_ssl = uri.scheme == 'https'
      http.open_timeout = config[:http_open_timeout]
      http.read_timeout = config[:http_read_timeout]
      http.set_debug_output($stdout) if config[:http_wire_trace]
      http.start { |started| started.request(request) }
    end

    # Signature Version 4.
    def sign(config, verb, uri, request, body)
      date = Time.now.utc.strftime('%Y%m%dT%H%M%SZ')
      scope = [date[0, 8], config[:region], 'execute-api', 'aws4_request']
      host = uri.port == uri.default_port ? uri.host : "#{uri.host}:#{uri.port}"
      signed = { 'host' => host, 'x-amz-date' => date }
      signed['x-amz-security-token'] = config[:session_token] if config[:session_token]
      signed.each { |name, value| request[name] = value }
      names = signed.keys.sort.join(';')
      canonical = [
        verb, uri.path.split('/', -1).map { |part| encode(part) }.join('/'), uri.query.to_s,
        signed.sort.map { |name, value| "#{name}:#{value}\n" }.join, names, OpenSSL::Digest::SHA256.hexdigest(body)
      ].join("\n")
      text = ['AWS4-HMAC-SHA256', date, scope.join('/'), OpenSSL::Digest::SHA256.hexdigest(canonical)].join("\n")
      key = scope.reduce("AWS4#{config[:secret_access_key]}") { |before, part| OpenSSL::HMAC.digest('SHA256', before, part) }
      request['authorization'] =
        "AWS4-HMAC-SHA256 Credential=#{config[:access_key_id]}/#{scope.join('/')}, SignedHeaders=#{names}, " \
        "Signature=#{OpenSSL::HMAC.hexdigest('SHA256', key, text)}"
    end
  end
end
