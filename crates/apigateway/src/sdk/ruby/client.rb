# frozen_string_literal: true

module __MODULE__
  # A client of the API. Each method takes a hash whose names are those before the colons.
  class Client
    def initialize(options = {})
      unknown = options.keys - Http::DEFAULTS.keys
      raise ArgumentError, "unknown options: #{unknown.join(', ')}" unless unknown.empty?

      @config = Http::DEFAULTS.merge(options)
    end

    def operation_names
      OPERATION_NAMES
    end

__OPERATIONS__
    private

    def invoke(verb, path, known, params, result:, signed:)
      params = params.to_h { |name, value| [name.to_sym, value] }
      unknown = params.keys - known.keys
      raise ArgumentError, "unknown parameters: #{unknown.join(', ')}" unless unknown.empty?

      query = {}
      headers = {}
      body = nil
      known.each do |name, (place, wire)|
        value = params[name]
        raise ArgumentError, "missing parameter: #{name}" if place == :path && value.to_s.empty?
        next if value.nil?

        case place
        when :path
          path = path.gsub("{#{wire}}") { Http.encode(value) }
          path = path.gsub("{#{wire}+}") { Http.encode(value).gsub('%2F', '/') }
        when :query then query[wire] = value
        when :header then headers[wire] = value
        else body = JSON.generate(value.respond_to?(:to_h) && !value.is_a?(Array) ? value.to_h : value)
        end
      end
      answer = Http.call(@config, verb, path, query, headers, body, signed: signed)
      return Structure.new({}) if result.nil? || answer.body.to_s.empty?

      Structure.new({ result.to_s => Structure.of(JSON.parse(answer.body)) })
    end
  end
end
